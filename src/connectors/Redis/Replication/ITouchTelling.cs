using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>A way in which a server says which keys are touched.</summary>
internal interface ITouchTelling
{
    /// <summary>Has the server tell; returns when it does.</summary>
    /// <param name="hearing">Speaks RESP3, and is for this alone.</param>
    /// <param name="cancellation">Leaves a connection that is of no use.</param>
    Task Begin(RedisConnection hearing, CancellationToken cancellation);

    /// <summary>Hears what the server told: keys in scope are added, in the order of their touches.</summary>
    void Hear(RespValue pushed, TouchedQueue touched);
}
