using Godwit.Core.Problems;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Godwit.Journals.Sqlite;

/// <summary>What can be wrong with a journal, and what SQLite says about its file.</summary>
internal static class JournalProblems
{
    private const string NotWritable = "It or its directory cannot be written to.";
    private const string GiveRight = "Give yourself the right to write there, or another directory with --state DIR.";

    public static GodwitException NotAJournal(string path, Exception? cause) => new(new Problem(
        "GW-JRN-001",
        $"{Printable.Text(path)} is not a journal of Godwit.",
        "It is another kind of file, or its first page is damaged.",
        "Restore it from a backup, or give another state directory with --state DIR.",
        Recovery.Stop), cause);

    public static GodwitException OtherFormat(string path, long found, long known) => new(new Problem(
        "GW-JRN-002",
        $"The journal {Printable.Text(path)} has format {found}.",
        $"This version of Godwit reads and writes format {known}.",
        "Go on with the version of Godwit that wrote it.",
        Recovery.Stop));

    public static GodwitException OtherMigration(string path, string wanted, string found) => new(new Problem(
        "GW-JRN-003",
        $"The journal {Printable.Text(path)} is one from another migration: '{Printable.Text(found)}', "
        + $"not '{Printable.Text(wanted)}'.",
        "The file or its directory was copied or renamed.",
        "Put it back under its own name, or give another state directory with --state DIR.",
        Recovery.Stop));

    public static GodwitException Changed(string path, long sequence) => new(new Problem(
        "GW-JRN-004",
        $"Entry {sequence} of the journal {Printable.Text(path)} is not the one that Godwit wrote.",
        "The file was changed or damaged: the entry does not fit the chain of hashes.",
        "Restore the journal from a backup. Without one, abandon the state directory and begin the migration "
        + "again under another name.",
        Recovery.Stop));

    public static GodwitException Shorter(string path, long known, long found) => new(new Problem(
        "GW-JRN-005",
        $"The journal {Printable.Text(path)} ends at entry {found}, and entry {known} was already there.",
        "The file was replaced by an older copy while Godwit had it open.",
        "Put the newer file back, then run the command again.",
        Recovery.Stop));

    public static GodwitException HeldByAnother(string directory, string holder) => new(new Problem(
        "GW-JRN-006",
        $"Another process runs this migration: {holder}.",
        $"It holds {Printable.Text(Path.Combine(directory, RunnerHold.FileName))}: "
        + "two runners would write over each other.",
        "Give it commands from here ('godwit status', 'godwit pause', …), or end it first.",
        Recovery.Stop));

    public static GodwitException NoRight(string directory, Exception cause) => new(
        Unusable(directory, NotWritable, GiveRight, Recovery.Stop), cause);

    /// <summary>SQLite's error about the journal file, translated once.</summary>
    public static GodwitException From(string path, SqliteException cause) => cause.SqliteErrorCode switch
    {
        SQLITE_NOTADB => NotAJournal(path, cause),
        SQLITE_BUSY or SQLITE_LOCKED => new(Unusable(
            path, "Another process holds it locked for longer than ten seconds.",
            "End the process that holds it, or wait.", Recovery.Retry), cause),
        SQLITE_FULL => new(Unusable(
            path, "The disk is full.",
            "Make room, then 'godwit resume NAME' or run the command again.", Recovery.Pause), cause),
        SQLITE_IOERR => new(Unusable(
            path, $"The disk reports an error: {Printable.Text(cause.Message)}",
            "Look at the disk, then run the command again.", Recovery.Pause), cause),
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH => new(Unusable(
            path, NotWritable, GiveRight, Recovery.Stop), cause),
        _ => new(new Problem(
            "GW-JRN-008",
            $"The journal {Printable.Text(path)} is damaged.",
            $"SQLite cannot read it: {Printable.Text(cause.Message)}",
            "Restore the journal from a backup. Without one, abandon the state directory and begin the migration "
            + "again under another name.",
            Recovery.Stop), cause),
    };

    private static Problem Unusable(string path, string why, string remedy, Recovery recovery) => new(
        "GW-JRN-007", $"The journal {Printable.Text(path)} cannot be used.", why, remedy, recovery);
}
