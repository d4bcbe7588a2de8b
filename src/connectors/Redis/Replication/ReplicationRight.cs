using Godwit.Connectors.Redis.Checking;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Whether a server lets its user follow it as a replica does.</summary>
internal static class ReplicationRight
{
    /// <summary>What it says against it; null when it may be.</summary>
    internal static async Task<string?> WhyNot(
        RedisConnection control, ServerFacts facts, CancellationToken cancellation)
    {
        var known = await control.Send(CommandBatch.Of("COMMAND", "INFO", "PSYNC"), cancellation)
            .ConfigureAwait(false);
        if (known[0].Items is [{ IsNull: true }])
            return "It has no command PSYNC";
        foreach (var words in (string[][])[["PSYNC", "?", "-1"], ["REPLCONF", "ACK", "0"]])
        {
            if (await DryRun.WhyNot(control, facts, words, cancellation).ConfigureAwait(false) is { } why)
                return why;
        }
        return null;
    }
}
