using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A consumer of a queue in which nothing ever lies: all that it hears is that it was let in.</summary>
/// <remarks>The client hands answers to whoever asked at once, and everything for consumers in order, one after the
/// other: when this one hears its word, all deliveries that came before have been taken.</remarks>
internal sealed class Echo(IChannel channel) : AsyncDefaultBasicConsumer(channel)
{
    private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Returns when everything is here that the broker has sent so far.</summary>
    internal static async Task Hear(IChannel channel, string emptyQueue, CancellationToken cancellation)
    {
        var echo = new Echo(channel);
        var tag = await channel.BasicConsumeAsync(
            emptyQueue, autoAck: true, consumerTag: "", noLocal: false, exclusive: false, arguments: null, echo,
            cancellation).ConfigureAwait(false);
        await echo._heard.Task.WaitAsync(cancellation).ConfigureAwait(false);
        await channel.BasicCancelAsync(tag, noWait: false, cancellation).ConfigureAwait(false);
    }

    public override Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        _heard.TrySetResult();
        return base.HandleBasicConsumeOkAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, RabbitMQ.Client.Events.ShutdownEventArgs reason)
    {
        _heard.TrySetException(new IOException(reason.ReplyText));
        return base.HandleChannelShutdownAsync(channel, reason);
    }
}
