namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A queue that is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As <c>classic</c>, <c>quorum</c> or <c>stream</c>; null where nobody could be asked.</param>
/// <param name="HasPriorities">Whether messages may overtake each other in it; null where nobody could be asked, and
/// where it depends on the messages.</param>
/// <param name="IsSingleActive">Whether it serves one consumer at a time by itself.</param>
internal sealed record SourceQueue(
    string Name, string? Type, bool? HasPriorities = null, bool IsSingleActive = false)
{
    /// <summary>Quorum queues have one level up to this priority, and one above it.</summary>
    private const byte QuorumLevel = 4;

    internal bool IsQuorum => Type == "quorum";

    /// <summary>Whether a message of it may have come before others that were there before it, as far as only messages
    /// tell that.</summary>
    internal bool MayHaveOvertaken(Message message) =>
        HasPriorities is null && message.Properties.Priority > (IsQuorum ? QuorumLevel : 0);

    /// <summary>Whether a consumer may ask to be the only one.</summary>
    internal bool KnowsExclusive => !IsQuorum && !IsSingleActive;

    /// <summary>Whether the queue may count deliveries in a header.</summary>
    internal bool MayCount => Type != "classic";

    /// <summary>Whether what a consumer gives back may go behind what others gave back, and not to its place. Order is
    /// kept there only if each consumer can hold everything that the one before it held.</summary>
    internal bool MayTurnOver => Type != "classic";
}
