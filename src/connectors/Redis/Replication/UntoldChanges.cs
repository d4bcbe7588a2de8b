using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Commands that change keys without any of them being told as touched, and one that may end the telling: seen
/// in how often each was called.</summary>
/// <remarks>Counters say neither which database was meant nor whether anything was in it: whoever sees one change has
/// lost track of everything. Somebody who resets the counters changes them too.</remarks>
internal sealed class UntoldChanges
{
    private static readonly string[] Commands =
        ["cmdstat_flushdb", "cmdstat_flushall", "cmdstat_swapdb", "cmdstat_config|set"];

    private readonly string _before;
    private long _processed;

    private UntoldChanges(Dictionary<string, string> facts) => (_before, _processed) = (Of(facts), Processed(facts));

    /// <summary>Begins to watch.</summary>
    /// <returns>Null where the server does not count.</returns>
    internal static async Task<UntoldChanges?> Begin(RedisConnection connection, CancellationToken cancellation)
    {
        var facts = await Ask(connection, cancellation).ConfigureAwait(false);
        return facts.Keys.Any(one => one.StartsWith("cmdstat_", StringComparison.Ordinal))
            ? new UntoldChanges(facts)
            : null;
    }

    /// <summary>Whether there were any since it began.</summary>
    internal async Task<bool> AreThere(RedisConnection connection, CancellationToken cancellation)
    {
        var facts = await Ask(connection, cancellation).ConfigureAwait(false);
        var (before, processed) = (Interlocked.Read(ref _processed), Processed(facts));
        Interlocked.Exchange(ref _processed, Math.Max(before, processed));
        return processed < before || Of(facts) != _before;
    }

    private static async Task<Dictionary<string, string>> Ask(
        RedisConnection connection, CancellationToken cancellation)
    {
        var replies = await connection.Send(
            new CommandBatch().Add("INFO", "stats").Add("INFO", "commandstats"), cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        return ServerFacts.Parse(replies[0].Text + "\n" + replies[1].Text);
    }

    /// <summary>How often each was called, and for how long; not how often it was refused.</summary>
    private static string Of(Dictionary<string, string> facts) =>
        string.Join(';', Commands.Select(one => string.Join(',', facts.GetValueOrDefault(one, "").Split(',').Take(2))));

    private static long Processed(Dictionary<string, string> facts) => long.Parse(
        facts.GetValueOrDefault("total_commands_processed", "0"), System.Globalization.CultureInfo.InvariantCulture);
}
