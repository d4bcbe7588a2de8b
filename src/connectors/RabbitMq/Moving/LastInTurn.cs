using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A consumer of a queue that stays empty, to hear when a channel has told its consumers everything that came
/// before it.</summary>
internal sealed class LastInTurn(IChannel channel) : AsyncDefaultBasicConsumer(channel)
{
    private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when its turn has come, or the channel is closed.</summary>
    internal Task Come => _come.Task;

    public override Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _come.TrySetResult();
        return base.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        _come.TrySetResult();
        return base.HandleChannelShutdownAsync(channel, reason);
    }
}
