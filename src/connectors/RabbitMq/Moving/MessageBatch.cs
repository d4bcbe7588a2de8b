using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Core.Changes;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Messages to be published once, in order of each queue and of each stream.</summary>
/// <param name="Number">Counts the batches of one direction without a gap; the same batch always has the same
/// number.</param>
/// <param name="Hashes">Of all messages of the batch, in order.</param>
/// <param name="Messages">Those that are still there: after a crash some may have expired meanwhile.</param>
internal sealed record MessageBatch(
    ulong Number, IReadOnlyList<QueuedHash> Hashes, IReadOnlyList<Message> Messages) : INativeChanges
{
    internal const string FamilyName = "rabbitmq";

    private readonly Lazy<Dictionary<string, UInt128[]>> _byQueue = new(() => Hashes
        .GroupBy(one => one.Queue, StringComparer.Ordinal)
        .ToDictionary(one => one.Key, one => one.Select(hash => hash.Hash).ToArray(), StringComparer.Ordinal));

    /// <summary>What of streams goes over with it; each stream once.</summary>
    internal IReadOnlyList<StreamSpan> Spans { get; init; } = [];

    /// <summary>Of all bodies.</summary>
    internal long Bytes => Messages.Sum(one => (long)one.Body.Length) + Spans.Sum(one => one.Bytes);

    /// <summary>The names of everything that is in it.</summary>
    internal IEnumerable<string> Queues =>
        Hashes.Select(one => one.Queue).Concat(Spans.Select(one => one.Stream)).Distinct(StringComparer.Ordinal);

    public string Family => FamilyName;

    /// <summary>The hash of one of its messages.</summary>
    internal UInt128 HashOf(Message message) => _byQueue.Value[message.Queue][message.Ordinal];

    /// <summary>Whether the message, hashed anew, is the one that was in its place when the batch was made.</summary>
    internal bool Holds(Message message) =>
        _byQueue.Value.TryGetValue(message.Queue, out var hashes) && message.Ordinal < hashes.Length
        && hashes[message.Ordinal] == MessageHash.Of(message);
}
