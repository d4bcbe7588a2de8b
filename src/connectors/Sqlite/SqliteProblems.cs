using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite;

/// <summary>Everything that can go wrong with a SQLite database, in words that help.</summary>
internal static class SqliteProblems
{
    internal const string UnexpectedCode = "GW-SQL-010";
    internal const string RefusedCode = "GW-SQL-012";

    /// <summary>A result code of SQLite, translated where its meaning is known.</summary>
    internal static Exception Of(Database database, int code, string doing)
    {
        var why = $"SQLite says: {Printable.Text(database.Message)} (code {database.ExtendedCode}).";
        return (code & 0xff) switch
        {
            Code.Interrupt => new OperationCanceledException("SQLite was interrupted."),
            Code.Busy or Code.Locked => new GodwitException(Busy(database.Shown, why)),
            Code.Full => new GodwitException(Full(database.Shown, why)),
            Code.ReadOnly or Code.Permission => new GodwitException(ReadOnly(database.Shown, why)),
            Code.NotADatabase => new GodwitException(NotADatabase(database.Shown)),
            Code.Corrupt => new GodwitException(Corrupt(database.Shown, why)),
            Code.CannotOpen => new GodwitException(CannotOpen(database.Shown, why)),
            Code.InputOutput or Code.NoMemory => new GodwitException(InputOutput(database.Shown, why)),
            Code.TooBig => new GodwitException(TooBig(database.Shown, why)),
            Code.Constraint => new GodwitException(Refused(database.Shown, why)),
            _ => new GodwitException(Unexpected(database.Shown, Short(doing), why)),
        };
    }

    internal static Problem Missing(string path) => new(
        "GW-SQL-001", $"There is no database {Printable.Text(path)}.", "The source has to exist.",
        "Correct the path in the migration file; it is relative to the folder in which Godwit was started.",
        Recovery.Stop);

    internal static Problem NotADatabase(string shown) => new(
        "GW-SQL-002", $"{shown} is not a SQLite database.",
        "It is a folder or a file of another kind, or it is encrypted.",
        "Correct the path in the migration file.", Recovery.Stop);

    internal static Problem Corrupt(string shown, string why) => new(
        "GW-SQL-003", $"The database {shown} is damaged.", why,
        $"Run: sqlite3 '{shown}' 'PRAGMA integrity_check'. Repair it or restore a backup before you go on.",
        Recovery.Stop);

    internal static Problem Busy(string shown, string why) => new(
        "GW-SQL-004", $"Another program holds a lock on {shown}.", why,
        "Nothing needs to be done when it lets go soon. Otherwise find it with 'lsof' and end its transaction.",
        Recovery.Retry);

    internal static Problem Full(string shown, string why) => new(
        "GW-SQL-005", $"There is no room left for {shown}.", why,
        "Free space on that disk (or raise max_page_count), then run: godwit resume. Nothing was lost.",
        Recovery.Pause);

    internal static Problem ReadOnly(string shown, string why) => new(
        "GW-SQL-006", $"{shown} cannot be written to.", why,
        "Give this user the right to write the file and its folder: a source needs it too, for its capture triggers.",
        Recovery.Pause);

    internal static Problem Address(string shown) => new(
        "GW-SQL-007", $"'{Printable.Text(shown)}' names no SQLite database.", "A path is missing or cannot be read.",
        "Write sqlite:PATH, for example sqlite:data/shop.db or sqlite:///srv/shop.db.", Recovery.Stop);

    internal static Problem CannotOpen(string shown, string why) => new(
        "GW-SQL-008", $"{shown} cannot be opened.", why,
        "Create its folder, and give this user the right to write there.", Recovery.Pause);

    internal static Problem InputOutput(string shown, string why) => new(
        "GW-SQL-009", $"Reading or writing {shown} failed.", why,
        "Look at the system's log for disk errors. Godwit tries again by itself.", Recovery.Retry);

    internal static Problem Unexpected(string shown, string doing, string why) => new(
        UnexpectedCode, $"{shown} refused: {doing}", why,
        "If you did not change the database's definitions meanwhile, please report this with the text.", Recovery.Stop);

    internal static Problem TooBig(string shown, string why) => new(
        "GW-SQL-011", $"A record is too big for {shown}.", why,
        "The target's SQLite has a lower limit for the size of a record. Exclude the table.", Recovery.Pause);

    internal static Problem Refused(string shown, string why) => new(
        RefusedCode, $"{shown} refused a record.", why,
        "Compare the constraints of the table at both sides, or lift the fence that the message names.",
            Recovery.Pause);

    internal static Problem TriggersStayOn(string shown) => new(
        "GW-SQL-013", $"Triggers cannot be turned off for Godwit's own writes to {shown}.",
        "This SQLite library was built without that setting; triggers would do their work twice.",
        "Use a SQLite library of version 3.12 or newer on a system that Godwit is tested on.", Recovery.Stop);

    internal static Problem CaptureLost(string shown, string table) => new(
        "GW-SQL-014", $"Capture of {Printable.Text(table)} in {shown} was removed or changed from outside.",
        "Its triggers are not what Godwit has installed; writes since then may be missing at the target.",
        "Run: godwit abort, then start the migration again. Leave triggers named _godwit_ alone meanwhile.",
            Recovery.Stop);

    internal static Problem Redefined(string shown, string table) => new(
        "GW-SQL-015", $"The table {Printable.Text(table)} in {shown} was dropped or defined anew.",
        "Capture goes away with the old table, and the target still has the old definition.",
        "Run: godwit abort, then start the migration again when the change of the schema is complete.", Recovery.Stop);

    internal static Problem Renumbered(string shown, string table) => new(
        "GW-SQL-016", $"VACUUM has renumbered the rows of {Printable.Text(table)} in {shown}.",
        "The table has no key but its row numbers, and those do not name the same records any more.",
        "Run: godwit abort, then start again; do not VACUUM meanwhile, or give the table a primary key.",
            Recovery.Stop);

    internal static Problem Restored(string shown, Position asked, Position last) => new(
        "GW-SQL-017", $"{shown} has gone back in time: its journal ends at {last}, but "
        + $"changes up to {asked} were seen.",
        "The file was replaced, for example by a backup.",
        "Run: godwit abort, then start the migration again.", Recovery.Stop);

    internal static Problem Forgotten(string shown, Position asked) => new(
        "GW-SQL-018", $"Changes of {shown} after {asked} are not in its journal any more.",
        "They were acknowledged before, or somebody emptied the journal.",
        "Run: godwit abort, then start the migration again.", Recovery.Stop);

    internal static Problem Taken(
        string shown, ScopedStream stream, UniqueClaim claim, RecordBatch batch, int record) => new(
        "GW-SQL-019",
        $"{Table(stream)} in {shown} already has a record of somebody else with the"
        + $" same {Printable.Text(claim.Columns)}:"
        + $" the record with key {KeyOf(stream, batch, record)} cannot be written.",
        "Two records claim one unique value; Godwit never overwrites what is outside the migration's scope.",
        "Change the value at one of the two sides, then run: godwit resume.", Recovery.Pause);

    internal static Problem RefusedRecord(Database database, ScopedStream stream, RecordBatch batch, int record) => new(
        RefusedCode, $"{database.Shown} refused the record of {Table(stream)} with key {KeyOf(stream, batch, record)}.",
        $"SQLite says: {Printable.Text(database.Message)}.",
        "Compare the constraints of the table at both sides, or lift the fence that the message names.",
            Recovery.Pause);

    internal static Problem NoFolder(string path) => new(
        "GW-SQL-025", $"{Printable.Text(path)} cannot be created.", "Its folder does not exist.",
        "Create its folder, and give this user the right to write there.", Recovery.Pause);

    internal static Problem NoTable(string shown, string table) => new(
        "GW-SQL-020", $"{shown} has no table {Printable.Text(table)}.", "The target knows another schema.",
        "Create the table at the target, or exclude it in the migration file.", Recovery.Stop);

    internal static Problem Differs(string shown, string table, string difference) => new(
        "GW-SQL-021", $"{Printable.Text(table)} is defined differently in {shown}.", Printable.Text(difference) + ".",
        "Bring both to the same definition, then run: godwit check.", Recovery.Stop);

    internal static Problem NotEmpty(string shown, string table) => new(
        "GW-SQL-022", $"{Printable.Text(table)} in {shown} already holds records.",
        "The whole table is to be moved, so afterwards it must hold the source's records and no others.",
        "Empty the table, name another target file, or move by tenant.", Recovery.Stop);

    internal static Problem NoKey(string table) => new(
        "GW-SQL-023", $"Nothing tells the records of {Printable.Text(table)} apart.",
        "Its key compares text in another way than its columns do, or columns hide all names of the row number.",
        "Exclude the table, or give it a primary key with the collation of its columns.", Recovery.Stop);

    internal static Problem Virtual(string table) => new(
        "GW-SQL-024", $"{Printable.Text(table)} is a virtual table or keeps the data of one.",
        "Its content is made by a module and cannot be followed record by record.",
        "Exclude it in the migration file, and build it anew at the target (for full text: the 'rebuild' command).",
        Recovery.Stop);

    internal static Problem NeedsApplication(string table, string missing) => new(
        "GW-SQL-026", $"{Printable.Text(table)} needs something that only its application has.", missing,
        "Exclude the table, or rewrite its definition without functions and collations of your own.", Recovery.Stop);

    internal static Problem NoWriteAheadLog(string shown) => new(
        "GW-SQL-027", $"{shown} does not use a write-ahead log.",
        "Its readers and writers block each other: while a chunk is read, your writers wait.",
        $"If your programs allow it, run once: sqlite3 '{shown}' 'PRAGMA journal_mode = WAL'.", Recovery.Retry);

    internal static Problem KeyIsRowNumber(string table) => new(
        "GW-SQL-028", $"{Printable.Text(table)} has no key but its row numbers.",
        "They are moved with the records, but VACUUM at the source would renumber them.",
        "Do not run VACUUM at the source while the migration runs, or give the table a primary key.", Recovery.Retry);

    internal static Problem TenantByRowNumber(string table) => new(
        "GW-SQL-029", $"{Printable.Text(table)} has no key, so one tenant's records of it cannot be moved.",
        "Row numbers tell records apart within one database only: at the target they belong to others.",
        "Give the table a primary key, or exclude it.", Recovery.Stop);

    internal static Problem Leftovers(string shown, string prefix, string migration) => new(
        "GW-SQL-030", $"{shown} still holds what a migration named {Printable.Text(migration)} has installed.",
        $"Tables and triggers that begin with {prefix} are there, but this migration was not started yet.",
        "End the other run first (godwit finish or abort). If its state is gone, drop them as the page of this code "
            + "shows.",
        Recovery.Pause);

    internal static Problem SameFile(string shown) => new(
        "GW-SQL-031", $"Source and target are the same file: {shown}.", "A database cannot be moved onto itself.",
        "Name another target in the migration file.", Recovery.Stop);

    internal static Problem TooLittleDisk(string shown, long needed, long free) => new(
        "GW-SQL-032", $"The disk of {shown} has too little room.",
        $"About {needed >> 20} MiB will be needed, {free >> 20} MiB are free.",
        "Free space, or name a target on another disk.", Recovery.Pause);

    internal static Problem OtherEncoding(string shown, string source, string target) => new(
        "GW-SQL-033", $"{shown} stores text as {target}, the source as {source}.",
        "Text is then ordered differently, so ranges of keys would not hold the same records.",
        $"Make a target with the source's encoding: PRAGMA encoding = '{source}' before its first table.",
            Recovery.Stop);

    internal static Problem TriggersRest(string shown, string table, string triggers) => new(
        "GW-SQL-034", $"Triggers of {Printable.Text(table)} in {shown} will not fire for moved "
            + $"records: {Printable.Text(triggers)}.",
        "What they do was done at the source already and is moved itself; doing it twice would be wrong.",
        "If one of them feeds a table that is not moved (a full-text index), rebuild that table after the cutover.",
        Recovery.Retry);

    internal static Problem Collisions(
        string shown, string table, string columns, long count, IReadOnlyList<string> keys) => new(
        "GW-SQL-035",
        $"{count} records to be moved have a {Printable.Text(columns)} that is taken in {Printable.Text(table)} "
            + $"of {shown}.",
        $"Records of others hold them there; the keys begin with {string.Join("; ", keys)}.",
        "Change these values at one of the two sides before you start.", Recovery.Stop);

    internal static Problem TenantIsThere(string shown, string stream) => new(
        "GW-SQL-036", $"{shown} already holds records of the tenant: {stream}.",
        "After the move the target must hold exactly the source's records of the tenant, and these may be others.",
        "Delete them at the target if they are left over from an earlier move.", Recovery.Stop);

    internal static Problem Replaced(string shown) => new(
        "GW-SQL-037", $"The file {shown} was moved or replaced while it was followed.",
        "Programs that open it now write to another file, whose changes nobody captures.",
        "Put the file back, or run godwit abort and start again with the new one.", Recovery.Stop);

    internal static Problem TwoMindsAboutTriggers(string shown) => new(
        "GW-SQL-038", $"Another migration follows {shown}, and tables to be written have triggers of their own.",
        "The other one must see what is written, the triggers must not: what they do is moved itself.",
        "Let the other migration finish, or drop the triggers while both run; then run: godwit resume.",
        Recovery.Pause);

    private static string Table(ScopedStream stream) => Printable.Text(stream.Schema.Name);

    private static string KeyOf(ScopedStream stream, RecordBatch batch, int record) =>
        Key.Of(batch, record, [.. stream.Schema.KeyColumns]).ToString();

    private static string Short(string sql) => Printable.Text(sql.Length <= 200 ? sql : sql[..200] + "…");
}
