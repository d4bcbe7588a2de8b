namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A queue that is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">As <c>classic</c>, <c>quorum</c> or <c>stream</c>; null where nobody could be asked.</param>
/// <param name="HasPriorities">Whether messages may overtake each other in it; null where nobody could be
/// asked.</param>
internal sealed record SourceQueue(string Name, string? Type, bool? HasPriorities = null)
{
    /// <summary>Quorum queues know no exclusive consumers.</summary>
    internal bool IsQuorum => Type == "quorum";

    /// <summary>Whether the queue may count deliveries in a header.</summary>
    internal bool MayCount => Type != "classic";
}
