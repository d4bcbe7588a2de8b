using Godwit.Core.Positions;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Everything that can go wrong with a PostgreSQL database, in words that help.</summary>
internal static class PostgreSqlProblems
{
    internal const string RefusedCode = "GW-PGS-011";
    internal const string NoProgramCode = "GW-PGS-022";
    internal const string KeyNotToldCode = "GW-PGS-081";

    internal static Problem BadAddress(string shown, string why) => new(
        "GW-PGS-001", $"{shown} is not the address of a PostgreSQL database.", why,
        "Write it like this: postgres://USER:${PGPASSWORD}@HOST:5432/DATABASE", Recovery.Stop);

    internal static Problem NotReached(string shown, string why) => new(
        "GW-PGS-002", $"{shown} cannot be reached, or the connection broke.", Sentence(why),
        "Nothing needs to be done when it comes back soon: Godwit tries again. Otherwise look at the server and the"
        + " network between.",
        Recovery.Retry);

    internal static Problem NoLogin(string shown, string why) => new(
        "GW-PGS-003", $"{shown} does not let us in.", why,
        "Correct the user or the password (a variable of the migration file), or pg_hba.conf at the server.",
        Recovery.Stop);

    internal static Problem NoDatabase(string shown, string why) => new(
        "GW-PGS-004", $"{shown} does not exist.", why,
        "Correct the name in the migration file, or make it: CREATE DATABASE.", Recovery.Stop);

    internal static Problem NoRight(string shown, string doing, string why) => new(
        "GW-PGS-005", $"The user may not {doing} at {shown}.", why,
        "Grant it (docs/how-to/postgresql.md lists all rights), then run: godwit resume", Recovery.Pause);

    internal static Problem Full(string shown, string why) => new(
        "GW-PGS-006", $"There is no room left at {shown}.", why,
        "Free space at the server, then run: godwit resume. Nothing was lost.", Recovery.Pause);

    internal static Problem TooMany(string shown, string why) => new(
        "GW-PGS-007", $"{shown} has no slot or connection left.", why,
        "Raise max_connections, max_replication_slots or max_wal_senders, or end what is not needed. Godwit tries"
        + " again.",
        Recovery.Retry);

    internal static Problem InUse(string shown, string why) => new(
        "GW-PGS-008", $"Something at {shown} is in use by somebody else.", why,
        "A runner that died may hold it for a moment longer: Godwit tries again.", Recovery.Retry);

    internal static Problem Busy(string shown, string doing, string why) => new(
        "GW-PGS-009", $"Others were in the way of Godwit at {shown}, which wanted to {doing}.", why,
        "Nothing needs to be done: Godwit tries again.", Recovery.Retry);

    internal static Problem DoesNotFit(string shown, string doing, string why) => new(
        "GW-PGS-010", $"A value does not fit: {shown} refused to {doing}.", why,
        "Widen the column at the target or correct the value at the source, then run: godwit resume", Recovery.Pause);

    internal static Problem Refused(string shown, string doing, string why) => new(
        RefusedCode, $"A constraint at {shown} is in the way: it refused to {doing}.", why,
        "Somebody else's record holds the key, or a constraint is stricter than at the source. Move one of the two,"
        + " then run: godwit resume",
        Recovery.Pause);

    internal static Problem Gone(string shown, string doing, string why) => new(
        "GW-PGS-012", $"Something that Godwit needs at {shown} is not there: it could not {doing}.", why,
        "Was a table dropped, renamed or changed? Put it back and run godwit resume, or begin again: godwit abort",
        Recovery.Pause);

    internal static Problem Unexpected(string shown, string doing, string why) => new(
        "GW-PGS-013", $"{shown} said something unexpected when Godwit wanted to {doing}.", why,
        "Look at the server's log. When the cause is away, run: godwit resume", Recovery.Pause);

    internal static Problem NotLogical(string shown, string level) => new(
        "GW-PGS-014", $"{shown} does not log what is needed to follow changes.",
        $"wal_level is '{Printable.Text(level)}', and must be 'logical'.",
        "Run: ALTER SYSTEM SET wal_level = logical; and restart the server.", Recovery.Stop);

    internal static Problem NoIdentity(string table, string why) => new(
        "GW-PGS-015", $"Rows of {Printable.Text(table)} cannot be told apart.",
        $"{Printable.Text(why)}: publishing it would make the application's own UPDATE and DELETE fail.",
        $"Give it a key, or: ALTER TABLE {Printable.Text(table)} REPLICA IDENTITY FULL; or exclude it in the file.",
        Recovery.Stop);

    internal static Problem CaptureLost(string shown, string what, Position after) => new(
        "GW-PGS-016", $"Changes at {shown} may be missing.",
        $"{what} The last position that was applied is {after}.",
        "Begin again, with a new copy: godwit abort, then godwit run. Find out who removed it before.",
        Recovery.Stop);

    internal static Problem TableChanged(string shown, string table, string difference, string position) => new(
        "GW-PGS-017", $"The definition of {Printable.Text(table)} at {shown} has changed while it was followed.",
        $"{Printable.Text(difference)} At log position {position}.",
        "Nothing needs to be done where a column was added that is null in all rows: Godwit adds it at the other side."
        + " Otherwise it stops and names the statement to run.",
        Recovery.Replan);

    internal static Problem KeyNotTold(string shown, string table, string column, string position) => new(
        KeyNotToldCode, $"The log of {Printable.Text(table)} at {shown} does not tell {Printable.Text(column)}.",
        "Rows are told apart, or tenants, by that column, and it had another name or was not there when they were"
        + $" written. At log position {position}.",
        "Begin again, with a new copy: godwit abort, then godwit run.", Recovery.Stop);

    internal static Problem MustFollow(
        string shown, string table, string difference, string position, string statement) => new(
        "GW-PGS-080", $"{Printable.Text(table)} at {shown} has to be changed as it was where its rows come from.",
        $"{Printable.Text(difference)} Everything up to log position {position} was applied, and nothing after it.",
        $"Run there: {(statement.Length > 0 ? Printable.Text(statement) : "what makes both equal")} Then run: godwit"
        + " resume",
        Recovery.Pause);

    internal static Problem Truncated(string shown, string table, string position) => new(
        "GW-PGS-018", $"TRUNCATE emptied {Printable.Text(table)} at {shown} for all tenants.",
        $"A TRUNCATE is never carried over for one tenant. At log position {position}.",
        "If it was meant, delete the tenant's rows at the target; then run: godwit resume", Recovery.Pause);

    internal static Problem NoTable(string shown, string table) => new(
        "GW-PGS-019", $"{shown} has no table {Printable.Text(table)}.",
        "The target has some of the tables of the move, but not this one.",
        "Create it as at the source, exclude it in the file, or start with an empty target.", Recovery.Stop);

    internal static Problem Differs(string shown, string table, string difference) => new(
        "GW-PGS-020", $"The table {Printable.Text(table)} at {shown} is not defined as at the source.",
        Printable.Text(difference), "Make both equal, or exclude the table in the file.", Recovery.Stop);

    internal static Problem NotEmpty(string shown, string table) => new(
        "GW-PGS-021", $"The table {Printable.Text(table)} at {shown} is not empty.",
        "Everything is moved, so what is there would be mixed with what comes.",
        "Empty it or use a new database, then run the same command again.", Recovery.Stop);

    internal static Problem NoProgram(string program, string why) => new(
        NoProgramCode, $"The program {program} is needed to make the schema at an empty target.", Sentence(why),
        "Install it: apt-get install postgresql-client (as new as the newer server), or create the tables yourself.",
        Recovery.Stop);

    internal static Problem ProgramFailed(string program, string why) => new(
        "GW-PGS-023", $"{program} could not do its part.", Sentence(Printable.Text(why)),
        "Correct what it says, then run: godwit resume", Recovery.Pause);

    internal static Problem UnknownMessage(byte kind, string position) => new(
        "GW-PGS-025", "The log holds a message that Godwit does not know.",
        $"Its kind is {kind}, behind log position {position}. What it means is not known, so it is not passed over.",
        "Is the server newer than this Godwit? Nothing after that position was applied.", Recovery.Stop);

    internal static Problem Unmovable(string table, string why) => new(
        "GW-PGS-026", $"The table {Printable.Text(table)} cannot be moved.", Sentence(why),
        "Exclude it in the migration file, or change it.", Recovery.Stop);

    internal static Problem MissingRight(string shown, string what, string grant) => new(
        "GW-PGS-027", $"The user may not {Printable.Text(what)} at {shown}.",
        "Without that right the migration would stop half-way.", $"Run there: {Printable.Text(grant)}", Recovery.Stop);

    internal static Problem TooOld(string shown, int major) => new(
        "GW-PGS-028", $"{shown} is PostgreSQL {major}.", "Godwit follows versions 14 and newer.",
        "Upgrade the server first.", Recovery.Stop);

    internal static Problem NothingFree(string shown, string setting) => new(
        "GW-PGS-029", $"{shown} has nothing left of {setting}.", "A migration needs one for itself.",
        $"Run: ALTER SYSTEM SET {setting} = …; and restart the server, or drop what is not used.", Recovery.Stop);

    internal static Problem SlotWillWait(string shown, long prepared, string open) => new(
        "GW-PGS-030", $"The replication slot at {shown} can be made only when older transactions have ended.",
        $"{prepared} are prepared; open for long: {(open.Length > 0 ? Printable.Text(open) : "none")}.",
        "End them (pg_prepared_xacts, pg_stat_activity), or wait.", Recovery.Retry);

    internal static Problem SlotIsLimited(string shown, string limit) => new(
        "GW-PGS-031", $"{shown} drops log that a slot still needs when it is more than {Printable.Text(limit)}.",
        "max_slot_wal_keep_size is set; a long copy under many writes may pass it, and would have to begin again.",
        "Raise it for the time of the migration.", Recovery.Retry);

    internal static Problem SameDatabase(string shown) => new(
        "GW-PGS-033", $"{shown} is the source itself.", "Both addresses lead to the same database of the same server.",
        "Correct one of the two addresses in the migration file.", Recovery.Stop);

    internal static Problem OtherEncoding(string shown, string here, string there) => new(
        "GW-PGS-034", $"{shown} is encoded in {here}, the source in {there}.",
        "Values pass as they are, so both have to be encoded alike.",
        $"Make the target anew: CREATE DATABASE … ENCODING '{there}' TEMPLATE template0;", Recovery.Stop);

    internal static Problem NoExtension(string shown, string extension) => new(
        "GW-PGS-035", $"The extension {Printable.Text(extension)} cannot be had at {shown}.",
        "The source uses it, and the server of the target does not have its files.",
        "Install its package at the target's machine.", Recovery.Stop);

    internal static Problem Collisions(string shown, string table, string columns, long count, string example) => new(
        "GW-PGS-036", $"{count} values of {Printable.Text(columns)} in {Printable.Text(table)} are taken at {shown}.",
        $"Rows of others hold them there, for example {Printable.Text(example)}.",
        "Give those rows, or the tenant's, other values before the move.", Recovery.Stop);

    internal static Problem NotSpooled(string shown, string why) => new(
        "GW-PGS-082", $"A large transaction of {shown} cannot be kept on this machine until it ends.", Sentence(why),
        "Free space where the state directory is, then run: godwit resume. Nothing was lost: the server tells the"
        + " transaction again.",
        Recovery.Pause);

    internal static Problem OutOfTurn(string shown) => new(
        "GW-PGS-083", $"A batch of changes came to {shown} out of turn.",
        "The batch before it is not there, or another run has moved the position. Nothing of it was written.",
        "Nothing: it is applied again from where the target stands. If it comes back, look for a second run of the same"
        + " migration.",
        Recovery.Retry);

    private static string Sentence(string text)
    {
        var one = Printable.Text(text).Trim();
        return one.EndsWith('.') ? one : one + ".";
    }
}
