using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Whether a server lets its user follow it as a replica does.</summary>
internal static class ReplicationRight
{
    /// <summary>What it says against it; null when it may be.</summary>
    internal static async Task<string?> WhyNot(RedisConnection control, CancellationToken cancellation)
    {
        var known = await control.Send(CommandBatch.Of("COMMAND", "INFO", "PSYNC"), cancellation)
            .ConfigureAwait(false);
        if (known[0].Items is [{ IsNull: true }])
            return "It has no command PSYNC";
        var who = (await control.Send(CommandBatch.Of("ACL", "WHOAMI"), cancellation).ConfigureAwait(false))[0];
        if (who.IsError)
            return null;
        foreach (var words in (string[][])[["PSYNC", "?", "-1"], ["REPLCONF", "ACK", "0"]])
        {
            var reply = (await control.Send(
                CommandBatch.Of(["ACL", "DRYRUN", who.Text, .. words]), cancellation).ConfigureAwait(false))[0];
            if (!reply.IsError && reply.Text != "OK")
                return Printable.Text(reply.Text).TrimEnd('.');
        }
        return null;
    }
}
