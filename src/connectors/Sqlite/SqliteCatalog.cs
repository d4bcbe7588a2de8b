using Godwit.Connectors.Sqlite.Checking;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Knows what a database holds and whether it can be moved.</summary>
internal sealed class SqliteCatalog(SqliteStore store) : ICatalog
{
    public async Task<Catalog> Read(CancellationToken cancellation) => !File.Exists(store.Path)
        ? new Catalog([], new Dictionary<string, Problem>())
        : await store.Readers.Read(Read, cancellation).ConfigureAwait(false);

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Readers.Read(database => ModelReader.Read(database, store.Abilities.Family, streams), cancellation);

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
            store.Readers.Read<IReadOnlyList<Counter>>(
        database =>
        {
            var counters = new List<Counter>();
            var isCounted = SqliteControl.Exists(database, "sqlite_sequence");
            foreach (var stream in streams)
            {
                var name = Quote.Text(stream.Schema.Name);
                var value = isCounted
                    ? database.Number($"SELECT seq FROM sqlite_sequence WHERE name = {name} COLLATE NOCASE")
                    : null;
                if (!store.HasLikePeer)
                    value ??= HighestRow(database, stream.Schema.Name);
                if (value is { } given)
                    counters.Add(new Counter(stream.Schema.Name, given));
            }
            return counters;
        },
        cancellation);

    // Where nothing counts, SQLite itself goes on from the highest row number; others have to be told.
    private static long? HighestRow(Database database, string table) =>
        SchemaReader.Find(database, table) is { RowIdName: { } rowId } shape
            ? database.Number(
                $"SELECT max({(shape.RowIdAlias is null ? rowId : Quote.Name(rowId))}) FROM main.{Quote.Name(table)}")
            : null;

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) => store.Readers.Read(
        database =>
        {
            var from = $"FROM main.{Quote.Name(stream.Schema.Name)} AS t";
            var inScope = database.Number($"SELECT count(*) {from} WHERE {ScopeSql.OfMany(stream, "t")}") ?? 0;
            var orphans = stream.Kind == ScopeKind.ByParent
                ? database.Number($"SELECT count(*) {from} WHERE NOT {ScopeSql.HasParent(stream, "t")}") ?? 0
                : 0;
            return new ScopeCount(inScope, orphans);
        },
        cancellation);

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        Task.Run(
            async () => role == StoreRole.Source
                ? new SourceCheck(store).Run(streams)
                : await new TargetCheck(store).Run(streams, source, cancellation).ConfigureAwait(false),
            cancellation);

    private static Catalog Read(Database database)
    {
        var streams = new List<StreamSchema>();
        var unsupported = new Dictionary<string, Problem>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in SchemaReader.Tables(database))
        {
            if (KeyChoice.Stream(table) is not { } stream)
                unsupported.Add(table.Name, SqliteProblems.NoKey(table.Name));
            else if (Foreign.Missing(database, stream) is { } missing)
                unsupported.Add(table.Name, SqliteProblems.NeedsApplication(table.Name, missing));
            else
                streams.Add(SizeReader.Estimate(database, stream));
        }
        foreach (var name in SchemaReader.VirtualNames(database))
            unsupported.Add(name, SqliteProblems.Virtual(name));
        foreach (var name in SchemaReader.ShadowNames(database, SchemaReader.VirtualNames(database)))
            unsupported.Add(name, SqliteProblems.Virtual(name));
        return new Catalog(streams, unsupported);
    }
}
