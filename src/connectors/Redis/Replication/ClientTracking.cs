using System.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Touched keys as a server tells them to clients that keep copies: <c>CLIENT TRACKING … BCAST</c>.</summary>
/// <remarks>Redis documentation, "Client-side caching in Redis".</remarks>
internal sealed class ClientTracking(RedisSession session) : ITouchTelling
{
    public async Task Begin(RedisConnection hearing, CancellationToken cancellation) =>
        await hearing.One(Track(), cancellation).ConfigureAwait(false);

    public void Hear(RespValue pushed, TouchedQueue touched)
    {
        if (pushed.Items is not [var kind, var keys] || kind.Text != "invalidate")
            return;
        // Of whoever empties a database it is not said which one.
        if (keys.IsNull)
            touched.Lose();
        foreach (var key in keys.Items)
        {
            if (session.Scope.Contains(session.Scope.Database!.Value, key.Bytes))
                touched.Add(key.Bytes);
        }
    }

    /// <summary>Prefixes of which one begins with another are refused: the shorter one is enough.</summary>
    private CommandBatch Track()
    {
        var leads = session.Scope.Patterns
            .Select(one => new KeyPattern(Encoding.UTF8.GetBytes(one)).Lead.ToArray()).ToList();
        var prefixes = leads.Where((one, at) => !leads.Where((other, place) => place != at
            && one.AsSpan().StartsWith(other) && (other.Length < one.Length || place < at)).Any()).ToList();
        var track = new CommandBatch(256).Begin(4 + (2 * prefixes.Count))
            .Arg("CLIENT"u8).Arg("TRACKING"u8).Arg("ON"u8).Arg("BCAST"u8);
        foreach (var prefix in prefixes)
            track.Arg("PREFIX"u8).Arg(prefix);
        return track;
    }
}
