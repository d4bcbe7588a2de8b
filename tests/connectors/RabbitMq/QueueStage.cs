using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>A source with what a test declares there, a target without it, and a move between the two.</summary>
internal sealed class QueueStage : IAsyncDisposable
{
    public const string Queue = "orders";

    private QueueStage(RabbitMqHost from, RabbitMqHost to, RabbitMqHand source, RabbitMqHand target) =>
        (From, To, Source, Target, Move) = (from, to, source, target, new QueueMove(from, to));

    public RabbitMqHost From { get; }

    public RabbitMqHost To { get; }

    public RabbitMqHand Source { get; }

    public RabbitMqHand Target { get; }

    public QueueMove Move { get; }

    /// <summary>The move is not opened yet.</summary>
    public static async Task<QueueStage> Set(Func<RabbitMqHand, Task> declare)
    {
        var (from, to) = (await RabbitMqServer.Host(), await RabbitMqServer.OtherHost());
        var source = await from.Connect();
        await declare(source);
        return new QueueStage(from, to, source, await to.Connect());
    }

    /// <summary>The same with one queue.</summary>
    public static Task<QueueStage> Set(string type, params (string Name, object Value)[] arguments) =>
        Set(source => source.Declare(Queue, type, arguments));

    /// <summary>What one side's check says with a code.</summary>
    public async Task<IReadOnlyList<Problem>> Checked(StoreRole role, string code)
    {
        await using var move = new QueueMove(From, To);
        return [.. (await move.Check(role)).Where(one => one.Code == code)];
    }

    /// <summary>Rejects so many messages of a queue for good.</summary>
    public static async Task Reject(RabbitMqHand hand, string queue, int count)
    {
        for (; count > 0; count--)
        {
            var got = await hand.Taking.BasicGetAsync(queue, autoAck: false, CancellationToken.None);
            await hand.Taking.BasicNackAsync(
                got!.DeliveryTag, multiple: false, requeue: false, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Move.DisposeAsync();
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }
}
