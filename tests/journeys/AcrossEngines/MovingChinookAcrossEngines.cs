using Godwit.Tests.Connectors.Sqlite;
using Godwit.Tests.Journals;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.AcrossEngines;

/// <summary>A database that was not made for these tests, from SQLite to PostgreSQL and back, compared through psql
/// and SQLite's own driver.</summary>
public sealed class MovingChinookAcrossEngines
{
    [Fact]
    public async Task Everything_arrives_and_comes_back()
    {
        using var folder = new TemporaryFolder();
        var source = Chinook.CopyTo(folder["chinook.db"]);
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        var (old, there, back) = (
            EngineSide.Sqlite(source), EngineSide.PostgreSql(database), EngineSide.Sqlite(folder["back.db"]));

        await Move(folder, "there", old, there);

        foreach (var table in Chinook.Tables)
        {
            var (from, columns) = Whole(source, table);
            var rows = await old.Rows(from, columns);
            Assert.NotEmpty(rows);
            Assert.Equal(rows, await there.Rows(from, columns));
        }
        Assert.Equal(
            "11 keys, 11 foreign keys, 11 indexes",
            await database.Run(
                """
                SELECT count(*) FILTER (WHERE contype = 'p') || ' keys, '
                  || count(*) FILTER (WHERE contype = 'f' AND convalidated) || ' foreign keys, '
                  || (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                    WHERE NOT indisprimary AND c.relnamespace = 'public'::regnamespace) || ' indexes'
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                """));
        Assert.Equal(
            "numeric",
            await database.Run("SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
                + "WHERE attrelid = '\"Invoice\"'::regclass AND attname = 'Total'"));
        Assert.Null(there.Try("INSERT INTO \"Artist\" (\"Name\") VALUES ('Counted on')"));
        Assert.Equal("276", await database.Run("SELECT max(\"ArtistId\") FROM \"Artist\""));
        there.Run("DELETE FROM \"Artist\" WHERE \"ArtistId\" = 276");

        await Move(folder, "back", there, back);

        foreach (var table in Chinook.Tables)
        {
            var (from, columns) = Whole(source, table);
            Assert.Equal(await old.Rows(from, columns), await back.Rows(from, columns));
        }
        Assert.Null(back.Try("PRAGMA foreign_keys = ON; INSERT INTO \"Artist\" (\"Name\") VALUES ('Counted on')"));
        Assert.Equal("277", await back.Rows("\"Artist\" ORDER BY \"ArtistId\" DESC LIMIT 1", "ArtistId"));
    }

    private static (string From, string Columns) Whole(string path, string table)
    {
        using var database = new SqlWriter(path);
        var columns = database.Read($"SELECT name FROM pragma_table_info('{table}')").Split('\n');
        var key = database.Read(
            $"SELECT group_concat('\"' || name || '\"') FROM pragma_table_info('{table}') WHERE pk");
        return ($"\"{table}\" ORDER BY {key}", string.Join(' ', columns));
    }

    private static async Task Move(TemporaryFolder folder, string name, EngineSide from, EngineSide to)
    {
        await File.WriteAllTextAsync(
            folder[$"{name}.yaml"],
            $"""
            migration: {name}
            moves:
              - from: {from.Address}
                to: {to.Address}
            """,
            CancellationToken.None);
        foreach (var words in (string[][])
            [["check", $"{name}.yaml"], ["run", $"{name}.yaml", "--until", "following"], ["cutover", name],
                ["finish", name]])
        {
            var answer = await GodwitProcess.Run(folder.Path, [.. words, "--state", folder["state"]]);
            Assert.True(answer.Code == 0, answer.ToString());
        }
    }
}
