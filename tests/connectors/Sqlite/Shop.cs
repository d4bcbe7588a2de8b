using Godwit.Connectors.Sqlite;
using Godwit.Core.Records;
using Godwit.Core.Stores;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>Two databases in a folder of one test, the writers that use them, and a move from one to the
/// other.</summary>
internal sealed class Shop : IAsyncDisposable
{
    internal const string Mark = "0a1b2c3d";

    private readonly TemporaryFolder _folder = new();
    private readonly List<IStore> _stores = [];
    private readonly List<SqlWriter> _writers = [];

    internal string SourcePath => _folder["source.db"];

    internal string TargetPath => _folder["target.db"];

    internal string Folder => _folder.Path;

    /// <summary>Runs SQL at the source, as an application would: through a connection of its own.</summary>
    internal void AtSource(string sql) => Once(SourcePath, sql);

    internal void AtTarget(string sql) => Once(TargetPath, sql);

    /// <summary>A connection that stays open until the test ends.</summary>
    internal SqlWriter Writer(string path)
    {
        var writer = new SqlWriter(path);
        _writers.Add(writer);
        return writer;
    }

    internal string Read(string path, string sql)
    {
        using var reader = new SqlWriter(path);
        return reader.Read(sql);
    }

    internal async Task<IStore> Open(
        string path, StoreRole role, string mark = Mark, TimeProvider? clock = null, long? limit = null)
    {
        var store = await new SqliteConnector().Open(
            new StoreOpening
            {
                Address = "sqlite:" + path,
                Shown = "sqlite:" + path,
                Migration = "it's-a-move",
                Mark = mark,
                Elsewhere = "sqlite:elsewhere.db",
                Clock = clock ?? TimeProvider.System,
                Chance = () => 0.5,
                BytesPerSecond = limit,
            },
            role,
            CancellationToken.None);
        _stores.Add(store);
        return store;
    }

    internal Task<IStore> OpenSource(string mark = Mark) => Open(SourcePath, StoreRole.Source, mark);

    internal Task<IStore> OpenTarget(string mark = Mark) => Open(TargetPath, StoreRole.Target, mark);

    /// <summary>A move of everything from source to target, prepared.</summary>
    internal async Task<Move> MoveEverything() =>
        await Move.Prepare(await OpenSource(), await OpenTarget(), Scopes.Everything);

    /// <summary>A move of tenant 42, who is found by the column "tenant", prepared.</summary>
    internal async Task<Move> MoveTenant(string mark = Mark) =>
        await Move.Prepare(await OpenSource(mark), await OpenTarget(mark), Scopes.OfTenant(Integer(42)));

    internal static Key Integer(long value)
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(value);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers)
            writer.Dispose();
        foreach (var store in _stores)
            await store.DisposeAsync();
        _folder.Dispose();
    }

    private static void Once(string path, string sql)
    {
        using var writer = new SqlWriter(path);
        writer.Run(sql);
    }
}
