using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;

namespace Godwit.Connectors.Sqlite;

/// <summary>The one connection through which a store is written to; one transaction at a time.</summary>
/// <remarks>
/// Godwit's writes must not run the database's own triggers again: their effects are records too, and come by
/// themselves. So triggers are off on this connection, which also lets it pass its own capture and fence. Only while
/// triggers of another migration are installed do they stay on, because that one must see these writes; then the
/// control row, which nobody else can read before it is set back, tells our own triggers to stand aside.
/// </remarks>
internal sealed class SqliteWriter(string path, SqliteNames names) : IAsyncDisposable
{
    private const int WritingCache = 65536;
    private const int SortingCache = 2000;
    private static readonly string IsGodwits =
        $"substr(name, 1, {SqliteNames.Everyone.Length}) = '{SqliteNames.Everyone}'";

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Database? _database;
    private long _schemaSeen = -1;
    private IReadOnlyList<string> _tables = [];

    /// <summary>Says which tables records are written to.</summary>
    internal void WritesTo(IReadOnlyList<string> tables) => (_tables, _schemaSeen) = (tables, -1);

    /// <summary>Runs work off the caller's thread in one write transaction; what it throws undoes everything.</summary>
    internal Task<T> Write<T>(Func<Database, T> work, CancellationToken cancellation) =>
        WriteLong(database => Task.FromResult(work(database)), cancellation);

    internal Task Write(Action<Database> work, CancellationToken cancellation) => Write(
        database =>
        {
            work(database);
            return true;
        },
        cancellation);

    /// <summary>As <see cref="Write{T}"/>, for work that waits for what it writes.</summary>
    internal Task<T> WriteLong<T>(Func<Database, Task<T>> work, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return await InTransaction(Open(), work, cancellation).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        },
        cancellation);

    /// <summary>Runs work that is not in a transaction yet, while nobody else writes.</summary>
    internal Task<T> Alone<T>(Func<Database, T> work, CancellationToken cancellation) => Task.Run(
        async () =>
        {
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return work(Open());
            }
            finally
            {
                _turn.Release();
            }
        },
        cancellation);

    /// <summary>As <see cref="Write(Action{Database}, CancellationToken)"/>, for work that sorts many rows.</summary>
    /// <remarks>SQLite sorts in runs as large as the page cache, and runs that fit the processor's own cache are sorted
    /// twice as fast.</remarks>
    internal async Task WriteSorting(Action<Database> work, CancellationToken cancellation)
    {
        await Alone(database => SetCache(database, SortingCache), cancellation).ConfigureAwait(false);
        try
        {
            await Write(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await Alone(database => SetCache(database, WritingCache), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>A connection that writes records as they are: nothing is checked again that the source has let
    /// in.</summary>
    internal static Database OpenForWriting(string path)
    {
        var database = Database.Open(path, Code.OpenReadWrite, SqliteStore.Patience);
        foreach (var pragma in (string[])
            ["foreign_keys = OFF", "ignore_check_constraints = ON", "synchronous = FULL"])
        {
            database.Execute("PRAGMA " + pragma);
        }
        SetCache(database, WritingCache);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _database?.Dispose();
        _turn.Dispose();
    }

    private static bool SetCache(Database database, int kilobytes)
    {
        database.Execute($"PRAGMA cache_size = -{kilobytes}");
        return true;
    }

    private static string Lower(string table) => Quote.Text(table.ToLowerInvariant());

    private static bool HasTriggers(Database database, string which) =>
        database.Number($"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND {which}") > 0;

    private Database Open()
    {
        if (_database is { IsClosed: false })
            return _database;
        _schemaSeen = -1;
        return _database = OpenForWriting(path);
    }

    private async Task<T> InTransaction<T>(Database database, Func<Database, Task<T>> work,
        CancellationToken cancellation)
    {
        try
        {
            var interrupt = database.InterruptOn(cancellation);
            await using var _ = interrupt.ConfigureAwait(false);
            database.Execute("BEGIN IMMEDIATE");
            var marked = StandAside(database);
            var result = await work(database).ConfigureAwait(false);
            if (marked && SqliteControl.Exists(database, names.Control))
                database.Execute($"UPDATE {Quote.Name(names.Control)} SET applying = 0");
            database.Execute("COMMIT");
            return result;
        }
        finally
        {
            database.Rollback();
        }
    }

    // Returns whether the control row says that Godwit is writing.
    private bool StandAside(Database database)
    {
        var schema = database.Number("PRAGMA main.schema_version") ?? 0;
        if (schema != _schemaSeen)
        {
            var othersWatch = HasTriggers(
                database, $"substr(name, 1, {names.Prefix.Length}) <> '{names.Prefix}' AND {IsGodwits}");
            if (othersWatch && _tables.Count > 0 && HasTriggers(
                database, $"NOT {IsGodwits} AND lower(tbl_name) IN ({string.Join(", ", _tables.Select(Lower))})"))
            {
                throw new Core.Problems.GodwitException(SqliteProblems.TwoMindsAboutTriggers(database.Shown));
            }
            if (!database.TrySetTriggers(othersWatch))
                throw new Core.Problems.GodwitException(SqliteProblems.TriggersStayOn(database.Shown));
            _schemaSeen = schema;
        }
        if (!SqliteControl.Exists(database, names.Control))
            return false;
        database.Execute($"UPDATE {Quote.Name(names.Control)} SET applying = 1");
        return true;
    }
}
