using Godwit.Core.Changes;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Messages to be published once, in order of each queue.</summary>
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

    public string Family => FamilyName;

    /// <summary>The hash of one of its messages.</summary>
    internal UInt128 HashOf(Message message) => _byQueue.Value[message.Queue][message.Ordinal];

    /// <summary>Whether the message, hashed anew, is the one that was in its place when the batch was made.</summary>
    internal bool Holds(Message message) =>
        _byQueue.Value.TryGetValue(message.Queue, out var hashes) && message.Ordinal < hashes.Length
        && hashes[message.Ordinal] == MessageHash.Of(message);
}
