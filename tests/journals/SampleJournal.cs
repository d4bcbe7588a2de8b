using System.Text;
using Godwit.Core.Journals;
using Godwit.Core.Problems;
using Godwit.Journals.Sqlite;
using Microsoft.Data.Sqlite;

namespace Godwit.Tests.Journals;

/// <summary>A journal with a few entries, and ways to harm it behind its back.</summary>
internal static class SampleJournal
{
    public const string Migration = "acme-to-shard-2";

    public static Task<SqliteJournal> Open(string path, string migration = Migration) =>
        SqliteJournal.Open(path, migration, new StoppedClock(), CancellationToken.None);

    /// <summary>Writes three entries and closes the journal, so that everything is in the one file.</summary>
    public static async Task<IReadOnlyList<JournalEntry>> Write(string path)
    {
        await using var journal = await Open(path);
        await Append(journal, "phase", """{"phase":"copying"}""");
        await Append(journal, "chunk-done", """{"move":0,"stream":1,"index":0}""");
        await Append(journal, "phase", """{"phase":"following"}""");
        return await journal.ReadAfter(0, CancellationToken.None);
    }

    public static ValueTask<JournalEntry> Append(SqliteJournal journal, string kind, string payload) =>
        journal.Append(kind, Encoding.UTF8.GetBytes(payload), CancellationToken.None);

    /// <summary>Opens and reads everything; the problem, when that is refused.</summary>
    public static async Task<(IReadOnlyList<JournalEntry>? Entries, Problem? Problem)> TryRead(string path)
    {
        try
        {
            await using var journal = await Open(path);
            return (await journal.ReadAfter(0, CancellationToken.None), null);
        }
        catch (GodwitException refused)
        {
            return (null, refused.Problem);
        }
    }

    /// <summary>What somebody with a database tool does to the file.</summary>
    public static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Entries as text, so that two lists can be compared.</summary>
    public static string Show(IEnumerable<JournalEntry> entries) => string.Join('\n', entries.Select(one =>
        $"{one.Sequence} {one.At:O} {one.Kind} {Encoding.UTF8.GetString(one.Payload.Span)} "
        + Convert.ToHexStringLower(one.Hash.Span)));
}
