using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Stops writers of the scope by triggers that read one row, which raising sets.</summary>
internal sealed class SqliteFence(SqliteStore store) : IFence
{
    private string Control => Quote.Name(store.Names.Control);

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            SqliteControl.Create(database, store.Names);
            foreach (var stream in streams)
            {
                var table = SchemaReader.Find(database, stream.Schema.Name)
                    ?? throw new GodwitException(SqliteProblems.NoTable(database.Shown, stream.Schema.Name));
                foreach (var (name, sql) in FenceTriggers.Of(store.Names, stream, table, Message()))
                    Install(database, name, sql);
            }
        },
        cancellation);

    // The write lock is exclusive: when this commits, no writer is in flight, and the next one reads the row.
    public Task Raise(CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            if (!SqliteControl.Exists(database, store.Names.Control))
                throw new InvalidOperationException("The fence is raised before it was prepared.");
            database.Execute($"UPDATE {Control} SET fenced = 1");
        },
        cancellation);

    public Task Lower(CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            if (SqliteControl.Exists(database, store.Names.Control))
                database.Execute($"UPDATE {Control} SET fenced = 0");
        },
        cancellation);

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) => cancellation.IsCancellationRequested
        ? Task.FromCanceled<ChangeBatch?>(cancellation)
        : Task.FromResult<ChangeBatch?>(null);

    public async Task Remove(CancellationToken cancellation)
    {
        if (!File.Exists(store.Path))
            return;
        await store.Writer.Write(
            database =>
            {
                SqliteControl.DropTriggers(database, store.Names.Prefix + "fence_");
                if (SqliteControl.Exists(database, store.Names.Control))
                    database.Execute($"UPDATE {Control} SET fenced = 0");
                SqliteControl.DropWhenLast(database, store.Names);
            },
            cancellation).ConfigureAwait(false);
    }

    private static void Install(Database database, string name, string sql)
    {
        var installed = SchemaReader.Sql(database, "trigger", name);
        if (installed == sql)
            return;
        if (installed.Length > 0)
            database.Execute($"DROP TRIGGER {Quote.Name(name)}");
        database.Execute(sql);
    }

    private string Message() => Printable.Text(
        $"godwit: this data has moved to {store.Opening.Elsewhere} (migration {store.Opening.Migration}):"
        + " read the route and write there");
}
