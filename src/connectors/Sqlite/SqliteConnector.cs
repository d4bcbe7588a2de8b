using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Writing;
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
            if (!File.Exists(path) && role == StoreRole.Source)
                throw new GodwitException(SqliteProblems.Missing(path));
            var shared = File.Exists(path) && IsShared(path, new SqliteNames(opening.Mark));
            return new SqliteStore(opening, role, path, shared);
        },
        cancellation);

    // Whether others may be using it; throws when it is no database.
    private static bool IsShared(string path, SqliteNames names)
    {
        using var database = Database.Open(path, Code.OpenReadWrite, SqliteStore.Patience);
        return SchemaReader.TableNames(database).Count > 0 && !TargetSchema.MadeStore(database, names);
    }
}
