using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Godwit.Journals.Sqlite;

/// <summary>How a journal lies in its SQLite file: made when it is new, refused when it is somebody else's.</summary>
internal static class JournalFile
{
    public const int Format = 1;

    public const string HeaderKind = "header";

    /// <summary>"GWJ1" as a number: tells a journal from any other SQLite file.</summary>
    private const int ApplicationId = 0x47574A31;

    /// <remarks>
    /// The order of columns and the triggers belong to the format. BEFORE INSERT fires before a REPLACE could push an
    /// old entry out, so no statement can change an entry without dropping a trigger first.
    /// </remarks>
    private const string Schema = $"""
        CREATE TABLE entries (
            seq INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            kind TEXT NOT NULL,
            payload BLOB NOT NULL CHECK (typeof(payload) = 'blob'),
            hash BLOB NOT NULL CHECK (typeof(hash) = 'blob' AND length(hash) = 32)
        );
        CREATE TABLE head (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            seq INTEGER NOT NULL,
            hash BLOB NOT NULL
        );
        CREATE TRIGGER entries_only_grow BEFORE INSERT ON entries
            WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entries)
            BEGIN SELECT raise(ABORT, 'entries are appended only'); END;
        CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
            BEGIN SELECT raise(ABORT, 'entries never change'); END;
        CREATE TRIGGER entries_never_go BEFORE DELETE ON entries
            BEGIN SELECT raise(ABORT, 'entries never go'); END;
        CREATE TRIGGER head_only_grows BEFORE UPDATE ON head
            WHEN NEW.seq <> OLD.seq + 1
            BEGIN SELECT raise(ABORT, 'the head only grows'); END;
        CREATE TRIGGER head_never_goes BEFORE DELETE ON head
            BEGIN SELECT raise(ABORT, 'the head never goes'); END;
        """;

    /// <summary>One connection with the settings that a durable append needs; each process has its own.</summary>
    public static SqliteConnection Connect(string path, bool create)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString());
        try
        {
            connection.Open();
            // FULL in a write-ahead log: one flush a commit, and a commit that returned survives a loss of power.
            Execute(connection, "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the tables and the header when the file is new. Two processes may do so at once.</summary>
    public static void Prepare(SqliteConnection connection, string path, string migration, DateTimeOffset now)
    {
        if (IsNew(connection))
        {
            Execute(connection, "PRAGMA journal_mode = WAL;");
            using var transaction = connection.BeginTransaction(deferred: false);
            // Asked again under the lock: the other process may have been first.
            if (IsNew(connection))
                Create(connection, migration, now);
            transaction.Commit();
        }
        if (Number(connection, "PRAGMA application_id") != ApplicationId)
            throw JournalProblems.NotAJournal(path, cause: null);
        if (Number(connection, "PRAGMA user_version") is var format && format != Format)
            throw JournalProblems.OtherFormat(path, format, Format);
    }

    /// <summary>Refuses a header that belongs to another migration.</summary>
    public static void CheckHeader(string path, string migration, string kind, ReadOnlyMemory<byte> payload)
    {
        if (kind != HeaderKind)
            throw JournalProblems.NotAJournal(path, cause: null);
        using var header = ParseHeader(path, payload);
        var named = header.RootElement.TryGetProperty("migration", out var name) ? name.GetString() : null;
        if (named != migration)
            throw JournalProblems.OtherMigration(path, migration, named ?? "");
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static JsonDocument ParseHeader(string path, ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonDocument.Parse(payload);
        }
        catch (JsonException cause)
        {
            throw JournalProblems.NotAJournal(path, cause);
        }
    }

    private static void Create(SqliteConnection connection, string migration, DateTimeOffset now)
    {
        Execute(connection, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Format};");
        Execute(connection, Schema);
        var payload = Encoding.UTF8.GetBytes(
            $$"""{"format":{{Format}},"migration":"{{JsonEncodedText.Encode(migration)}}"}""");
        var at = EntryHash.Text(now);
        var hash = EntryHash.Of(ChainLink.None.Hash.Span, 1, at, HeaderKind, payload);
        EntryRows.Insert(connection, 1, at, HeaderKind, payload, hash);
        EntryRows.InsertHead(connection, hash);
    }

    private static bool IsNew(SqliteConnection connection) =>
        Number(connection, "PRAGMA application_id") == 0
        && Number(connection, "SELECT count(*) FROM sqlite_master") == 0;

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
