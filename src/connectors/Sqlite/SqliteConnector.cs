using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Opens SQLite databases: <c>sqlite:PATH</c>.</summary>
public sealed class SqliteConnector : IConnector
{
    public SqliteConnector() => SqliteLibrary.Use();

    public string Scheme => SqliteAddress.Scheme;

    public Task<IStore> Open(StoreOpening opening, StoreRole role, CancellationToken cancellation) => Task.Run<IStore>(
        () =>
        {
            var path = SqliteAddress.Path(opening.Address, opening.Shown);
            if (Directory.Exists(path))
                throw new GodwitException(SqliteProblems.NotADatabase(Printable.Text(path)));
            if (File.Exists(path))
                EnsureDatabase(path);
            else if (role == StoreRole.Source)
                throw new GodwitException(SqliteProblems.Missing(path));
            return new SqliteStore(opening, path);
        },
        cancellation);

    private static void EnsureDatabase(string path)
    {
        using var database = Database.Open(path, Code.OpenReadWrite, SqliteStore.Patience);
        _ = database.Number("SELECT count(*) FROM sqlite_master");
    }
}
