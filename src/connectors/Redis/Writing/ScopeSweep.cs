using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Goes through the keys of a server that belong to the migration.</summary>
internal sealed class ScopeSweep(RedisSession session)
{
    private const int Step = 1_024;

    /// <summary>Removes all keys in scope. Repeatable.</summary>
    /// <param name="database">One only; null for all that are in scope.</param>
    /// <param name="cancellation">Leaves the rest.</param>
    internal async Task Sweep(int? database, CancellationToken cancellation)
    {
        await foreach (var (at, keys) in Walk(database, cancellation).ConfigureAwait(false))
        {
            if (keys.Count == 0)
                continue;
            var connection = await session.At(at, cancellation).ConfigureAwait(false);
            var commands = new CommandBatch();
            AddUnlink(commands, keys);
            connection.ThrowIfError(await connection.Send(commands, cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>The same in transactions that are marked as Godwit's own, or they would flow back after a
    /// handover.</summary>
    /// <remarks>What comes after it is not carried out before it is through.</remarks>
    internal async Task Sweep(
        TransactionWriter writer, byte[] checkpoint, int? database, CancellationToken cancellation)
    {
        await writer.Finish(cancellation).ConfigureAwait(false);
        await foreach (var (at, keys) in Walk(database, cancellation).ConfigureAwait(false))
        {
            if (keys.Count == 0)
                continue;
            var commands = writer.Begin();
            if (session.Scope.IsServer)
                commands.Begin(2).Arg("SELECT"u8).Arg(at);
            AddUnlink(commands, keys);
            if (session.Scope.IsServer)
                commands.Begin(2).Arg("SELECT"u8).Arg(session.OwnDatabase);
            Checkpoint.AddMark(commands, checkpoint);
            await writer.End(0, cancellation).ConfigureAwait(false);
        }
        await writer.Finish(cancellation).ConfigureAwait(false);
    }

    /// <summary>Adds what removes keys: one command, or one for each where they may lie in different slots.</summary>
    internal void AddUnlink(CommandBatch commands, IReadOnlyList<byte[]> keys)
    {
        var together = session.Owner.IsCluster ? 1 : keys.Count;
        foreach (var some in keys.Chunk(together))
        {
            commands.Begin(1 + some.Length).Arg("UNLINK"u8);
            foreach (var key in some)
                commands.Arg(key);
        }
    }

    /// <summary>One key in scope, for people; null when there is none.</summary>
    internal async Task<string?> Sample(CancellationToken cancellation)
    {
        await foreach (var (_, keys) in Walk(null, cancellation).ConfigureAwait(false))
        {
            if (keys.Count > 0)
                return Printable.Text(keys[0]);
        }
        return null;
    }

    /// <summary>All keys in scope, as SCAN tells them: some perhaps twice. Lists may be empty.</summary>
    /// <param name="database">One only; null for all that are in scope.</param>
    /// <param name="cancellation">Ends the walk.</param>
    internal async IAsyncEnumerable<(int Database, IReadOnlyList<byte[]> Keys)> Walk(
        int? database, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var at in await Databases(database, cancellation).ConfigureAwait(false))
        {
            var cursor = "0"u8.ToArray();
            do
            {
                var connection = await session.At(at, cancellation).ConfigureAwait(false);
                var page = await connection.One(Scan(cursor), cancellation).ConfigureAwait(false);
                cursor = page.Items[0].Bytes;
                yield return (at, InScope(at, page.Items[1].Items));
            }
            while (!cursor.AsSpan().SequenceEqual("0"u8));
        }
    }

    private async Task<IReadOnlyList<int>> Databases(int? database, CancellationToken cancellation)
    {
        if ((database ?? session.Scope.Database) is { } one)
            return [session.Scope.Database ?? one];
        var control = await session.Control(cancellation).ConfigureAwait(false);
        return [.. (await ServerFacts.Databases(control, cancellation).ConfigureAwait(false)).Keys];
    }

    /// <summary>The server looks through one pattern; more than one would make it look through everything each
    /// time.</summary>
    private CommandBatch Scan(byte[] cursor)
    {
        var patterns = session.Scope.Patterns;
        var scan = new CommandBatch(128).Begin(patterns.Count == 1 ? 6 : 4).Arg("SCAN"u8).Arg(cursor);
        if (patterns.Count == 1)
            scan.Arg("MATCH"u8).Arg(patterns[0]);
        return scan.Arg("COUNT"u8).Arg(Step);
    }

    private List<byte[]> InScope(int database, RespValue[] names)
    {
        var keys = new List<byte[]>(names.Length);
        foreach (var name in names)
        {
            if (session.Scope.Contains(database, name.Bytes))
                keys.Add(name.Bytes);
        }
        return keys;
    }
}
