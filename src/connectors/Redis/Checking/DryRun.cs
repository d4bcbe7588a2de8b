using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Checking;

/// <summary>Asks whether the user of a connection may do something, without doing it.</summary>
internal static class DryRun
{
    /// <returns>What the server says against it; null when the user may, or the server cannot tell.</returns>
    internal static async Task<string?> WhyNot(
        RedisConnection connection, ServerFacts facts, string[] words, CancellationToken cancellation)
    {
        if (facts.IsBefore7)
            return await Queue(connection, words, cancellation).ConfigureAwait(false);
        var who = (await connection.Send(CommandBatch.Of("ACL", "WHOAMI"), cancellation).ConfigureAwait(false))[0];
        if (who.IsError)
            return null;
        var reply = (await connection.Send(
            CommandBatch.Of(["ACL", "DRYRUN", who.Text, .. words]), cancellation).ConfigureAwait(false))[0];
        return reply.IsError || reply.Text == "OK" ? null : Printable.Text(reply.Text).TrimEnd('.');
    }

    /// <summary>Servers before 7.0 look at rights when a command is queued, and forget it when the transaction is
    /// discarded.</summary>
    private static async Task<string?> Queue(
        RedisConnection connection, string[] words, CancellationToken cancellation)
    {
        if (words is ["MULTI"])
            return null;
        var replies = await connection.Send(
            new CommandBatch().Add("MULTI").Add(words).Add("DISCARD"), cancellation).ConfigureAwait(false);
        return Array.Find(replies[..2], one => one.IsError) is { } said
            && said.Text.StartsWith("NOPERM", StringComparison.Ordinal)
            ? $"{Printable.Text(said.Text).TrimEnd('.')} ({words[0]})"
            : null;
    }
}
