using Godwit.Connectors.Redis.Checking;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>What a server holds, as one table, and whether all of it can be rows.</summary>
internal sealed class KeyTableCatalog(RedisStore inner) : ICatalog
{
    private static readonly HashSet<string> Types = ["string", "list", "set", "hash", "zset", "stream", "none"];

    private RedisSession Session => inner.Session;

    public async Task<Catalog> Read(CancellationToken cancellation)
    {
        var keys = (await inner.Catalog.Read(cancellation).ConfigureAwait(false)).Streams[0];
        return new Catalog(
            [KeyRows.Schema(
                Session.Opening.Table ?? KeyRows.DefaultTable, keys.EstimatedRecords, keys.EstimatedBytes)],
            new Dictionary<string, Problem>());
    }

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult(SchemaModel.None(KeyTable.Family) with
        {
            Outlines =
            [
                .. streams.Select(one => new TableOutline(
                    one.Schema.Name,
                    [.. one.Schema.Columns.Select(column => new ColumnOutline(column.Name, null, null))],
                    [], [], [])),
            ],
        });

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Counter>>([]);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        inner.Catalog.Count(stream, cancellation);

    public async Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation)
    {
        if (Session.Scope.IsServer)
            return [RedisProblems.NoDatabase(Session.Shown, Session.Opening.Elsewhere)];
        if (new RedisCheck(Session).WhyNotRows() is { } old)
            return [old];
        var problems = await inner.Catalog.Check(role, streams, source, cancellation).ConfigureAwait(false);
        return problems.Count > 0 ? problems : await Values(cancellation).ConfigureAwait(false);
    }

    /// <summary>One problem for each kind of value that no row can hold, with the first key of it.</summary>
    private async Task<IReadOnlyList<Problem>> Values(CancellationToken cancellation)
    {
        var (problems, reader) = (new Dictionary<string, Problem>(), new KeyReader(Session));
        var connection = await Session.At(Session.OwnDatabase, cancellation).ConfigureAwait(false);
        await foreach (var (_, names) in new ScopeSweep(Session).Walk(null, cancellation).ConfigureAwait(false))
        {
            var commands = new CommandBatch();
            foreach (var name in names)
            {
                commands.Begin(2).Arg("TYPE"u8).Arg(name);
                commands.Begin(3).Arg("MEMORY"u8).Arg("USAGE"u8).Arg(name);
            }
            var replies = names.Count == 0 ? [] : await connection.Send(commands, cancellation).ConfigureAwait(false);
            connection.ThrowIfError(replies);
            for (var i = 0; i < names.Count; i++)
            {
                var (type, size) = (replies[2 * i].Text, replies[(2 * i) + 1]);
                if (!Types.Contains(type))
                    problems.TryAdd(type, RedisProblems.NoRow(Session.Shown, Printable.Text(names[i]), type));
                else if (!size.IsNull && size.Number > KeyRows.MostBytes && !problems.ContainsKey("")
                    && await TooLarge(reader, names[i], size.Number, cancellation).ConfigureAwait(false) is { } large)
                    problems.Add("", large);
            }
        }
        return [.. problems.Values];
    }

    private static async Task<Problem?> TooLarge(
        KeyReader reader, byte[] name, long size, CancellationToken cancellation)
    {
        try
        {
            await reader.Refuse(name, size, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (GodwitException large)
        {
            return large.Problem;
        }
    }
}
