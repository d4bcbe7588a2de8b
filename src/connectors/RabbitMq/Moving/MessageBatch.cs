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

    public string Family => FamilyName;
}
