using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>A stream at a source, a target without it, and a move between the two.</summary>
internal sealed class StreamStage : IAsyncDisposable
{
    public const string Stream = "events";

    private StreamStage(
        QueueMove move, StreamHand source, StreamHand target, RabbitMqHand queues, RabbitMqHand targetQueues) =>
        (Move, Source, Target, Queues, TargetQueues) = (move, source, target, queues, targetQueues);

    public QueueMove Move { get; }

    public StreamHand Source { get; }

    public StreamHand Target { get; }

    /// <summary>At the source, over AMQP.</summary>
    public RabbitMqHand Queues { get; }

    public RabbitMqHand TargetQueues { get; }

    public static async Task<StreamStage> Set(params (string Name, object Value)[] arguments)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        var queues = await from.Connect();
        await queues.Declare(Stream, "stream", arguments);
        var move = await new QueueMove(from, to).Open();
        return new StreamStage(
            move, await StreamHand.Of(from.Address), await StreamHand.Of(to.Address), queues, await to.Connect());
    }

    public async ValueTask DisposeAsync()
    {
        await Move.DisposeAsync();
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        await Queues.DisposeAsync();
        await TargetQueues.DisposeAsync();
    }
}
