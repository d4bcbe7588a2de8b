using System.Globalization;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What only <c>check</c> tells. What would stop the migration or lose something stops it before it
/// begins; the rest is told.</summary>
internal static class CheckProblems
{
    internal static Problem ReadOnly(string shown, string why) => new(
        "GW-PGS-040", $"Nothing can be written at {shown}.", why,
        "Use the address of the primary server, or: ALTER ROLE … SET default_transaction_read_only = off;",
        Recovery.Stop);

    internal static Problem IdleSlots(string shown, string limit) => new(
        "GW-PGS-041", $"{shown} gives up slots that nobody has read from for {Printable.Text(limit)}.",
        "idle_replication_slot_timeout is set: after a pause that is longer the migration would have to begin again.",
        "Run there: ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf();", Recovery.Retry);

    internal static Problem FewConnections(string shown, long free, int wanted, string setting) => new(
        "GW-PGS-042", Invariant($"{shown} has {free} connections left; Godwit opens up to {wanted}."),
        $"{Printable.Text(setting)} bounds them. With fewer the copy waits, and the application may be refused.",
        "Raise it (max_connections; ALTER ROLE … CONNECTION LIMIT -1; ALTER DATABASE … CONNECTION LIMIT -1;), or set"
        + " limits.parallel in the file.",
        Recovery.Retry);

    internal static Problem SlotTaken(string shown, string slot, string why) => new(
        "GW-PGS-043", $"The slot {Printable.Text(slot)} at {shown} is somebody else's.", why,
        $"When nobody needs it: SELECT pg_drop_replication_slot('{Printable.Text(slot)}'); or rename the migration.",
        Recovery.Stop);

    internal static Problem SlotIsThere(string shown, string slot, string? pid) => new(
        "GW-PGS-068", $"A migration of this name is at work at {shown}, or was.",
        $"Its slot {Printable.Text(slot)} is there" + (pid is null ? "." : $", and pid {pid} reads from it."),
        "Nothing needs to be done when it is this one. Otherwise rename this one, or end the other: godwit abort",
        Recovery.Retry);

    internal static Problem EventTrigger(string shown, string name, string on) => new(
        "GW-PGS-044", $"The event trigger {Printable.Text(name)} at {shown} fires at {Printable.Text(on)}.",
        "Godwit makes a schema, triggers and, at a source, a publication: whatever it does or forbids meets them.",
        $"See that it lets _godwit pass, or for that time: ALTER EVENT TRIGGER {Name(name)} DISABLE;", Recovery.Retry);

    internal static Problem EventTriggerNeedsSuperuser(string shown, string name) => new(
        "GW-PGS-045", $"The event trigger {Printable.Text(name)} of the source cannot be made at {shown}.",
        "Only a superuser may make one, and the user of the file is none.",
        $"Use a superuser for the target, or at the source: DROP EVENT TRIGGER {Name(name)};", Recovery.Stop);

    internal static Problem Published(string shown, string name, bool all) => new(
        "GW-PGS-046", $"The publication {Printable.Text(name)} at {shown} tells others of tables that are moved.",
        (all ? "It is FOR ALL TABLES, so it tells of Godwit's own too. " : "")
        + "Publications are not moved: at the source its subscribers hear nothing after the cutover, at the target"
        + " they hear of every row that comes.",
        $"Lead its subscribers to the new place, or: DROP PUBLICATION {Name(name)};", Recovery.Retry);

    internal static Problem Subscribed(string shown, string name, string tables) => new(
        "GW-PGS-047", $"The subscription {Printable.Text(name)} writes to {Printable.Text(tables)} at {shown}.",
        "Two would write to the same tables: what one brings may be in the other's way, or be found different.",
        $"Run there: ALTER SUBSCRIPTION {Name(name)} DISABLE;", Recovery.Retry);

    internal static Problem FiresAlways(string shown, string name, string table) => new(
        "GW-PGS-048", $"The trigger {Printable.Text(name)} of {Printable.Text(table)} at {shown} fires for Godwit too.",
        "It is ENABLE ALWAYS or REPLICA. What it did at the source is moved, and here it would do it again.",
        $"For the time of the migration: ALTER TABLE {Printable.Text(table)} DISABLE TRIGGER {Name(name)};",
        Recovery.Retry);

    internal static Problem SharedSequence(string shown, string name, string tables) => new(
        "GW-PGS-049",
        $"The sequence {Printable.Text(name)} at {shown} numbers {Printable.Text(tables)} too, which is not moved.",
        "After the cutover both sides give out numbers of their own, and the same ones.",
        $"Move those tables too, or let one side skip: ALTER SEQUENCE {Printable.Text(name)} INCREMENT BY 2;",
        Recovery.Retry);

    internal static Problem Excluding(string table, string name) => new(
        "GW-PGS-050", $"{Printable.Text(table)} has the exclusion constraint {Printable.Text(name)}.",
        "Rows are brought as they are when they are read: two that swapped what they claim may meet for a moment, and"
        + " the target refuses that. For one tenant, rows of others at the target are not looked at beforehand.",
        "If it happens the migration pauses and loses nothing: let the row at the target go, then: godwit resume",
        Recovery.Retry);

    internal static Problem NoType(string shown, string type) => new(
        "GW-PGS-051", $"{shown} has no type {Printable.Text(type)} as the source has it.",
        "A column of a moved table is made of it.", "Create it as at the source (pg_dump --schema-only shows how).",
        Recovery.Stop);

    internal static Problem TypeDiffers(string shown, string type, string source, string target) => new(
        "GW-PGS-066", $"The type {Printable.Text(type)} at {shown} is not defined as at the source.",
        $"{Printable.Text(source)} at the source, {Printable.Text(target)} at the target.",
        $"Make both equal: ALTER TYPE or ALTER DOMAIN {Printable.Text(type)} …", Recovery.Stop);

    internal static Problem NoLabels(string shown, string type, IReadOnlyList<string> labels) => new(
        "GW-PGS-067", $"The enum {Printable.Text(type)} at {shown} lacks labels of the source.",
        "A row that has one of them would be refused.",
        "Run there: " + string.Join(' ', labels.Select(one =>
            $"ALTER TYPE {Printable.Text(type)} ADD VALUE '{Printable.Text(one.Replace("'", "''"))}';")),
        Recovery.Stop);

    internal static Problem OtherLabels(
        string shown, string type, IReadOnlyList<string> source, IReadOnlyList<string> target) => new(
        "GW-PGS-052", $"The enum {Printable.Text(type)} at {shown} has more labels, or another order.",
        $"{Printable.Text(string.Join(", ", source))} at the source, {Printable.Text(string.Join(", ", target))} at"
        + " the target. Rows sort by that order, and the way back refuses what the source does not know.",
        "Add the labels at the source too, if the way back matters.", Recovery.Retry);

    internal static Problem NoCollation(string shown, string name) => new(
        "GW-PGS-053", $"{shown} has no collation {Printable.Text(name)}.",
        "A column or an index of a moved table is ordered by it, so it cannot be made there.",
        "Install the locale at the target's machine, then there: SELECT pg_import_system_collations('pg_catalog');",
        Recovery.Stop);

    internal static Problem OtherOrder(string shown, string what, string source, string target) => new(
        "GW-PGS-054", $"{Printable.Text(what)} at {shown} orders texts otherwise than at the source.",
        $"Source: {Printable.Text(source)}; target: {Printable.Text(target)}. ORDER BY, ranges of texts and CHECKs on"
        + " them may give other results after the cutover. Nothing is lost.",
        "Make the target with the same locale and library, if that matters: CREATE DATABASE … LOCALE … TEMPLATE"
        + " template0;",
        Recovery.Retry);

    internal static Problem StaleCollation(string shown, string name, string recorded, string actual) => new(
        "GW-PGS-055", $"The collation {Printable.Text(name)} at {shown} has changed under its indexes.",
        $"They were built with version {Printable.Text(recorded)}, the library is {Printable.Text(actual)}: an index"
        + " may hide rows and let duplicates pass, which the target then refuses.",
        "Run there: REINDEX DATABASE …; then ALTER DATABASE … REFRESH COLLATION VERSION; or ALTER COLLATION … REFRESH"
        + " VERSION;",
        Recovery.Retry);

    internal static Problem NoRoom(string shown, long need, long free) => new(
        "GW-PGS-056", $"There is too little room at {shown}.",
        $"The tables and their indexes take {Size(need)} at the source; {Size(free)} are free at the target.",
        "Make room, or exclude tables in the file.", Recovery.Stop);

    internal static Problem LookForRoom(string shown, long need) => new(
        "GW-PGS-057", $"{shown} needs {Size(need)} of room.",
        "So much the tables and their indexes take at the source. How much is free cannot be seen from here; the log of"
        + " the copy needs room too (max_wal_size and more).",
        "Look at the target's machine: df -h, in the folder that SHOW data_directory tells.", Recovery.Retry);

    internal static Problem NoRoles(string shown, IReadOnlyList<string> statements) => new(
        "GW-PGS-058", $"Roles that own or may use moved tables are missing at {shown}.",
        "Roles are not moved. Without them the application cannot log in after the cutover.",
        $"Run there, and set the passwords: {All(statements)}", Recovery.Retry);

    internal static Problem NoGrants(string shown, IReadOnlyList<string> statements) => new(
        "GW-PGS-059", $"Rights on moved tables are missing at {shown}.",
        "Grants are not moved. Without them the application is refused after the cutover.",
        $"Run there when the tables are there, before the cutover: {All(statements)}", Recovery.Retry);

    internal static Problem OtherOwners(string shown, IReadOnlyList<string> statements) => new(
        "GW-PGS-060", $"Moved tables belong to somebody else at {shown}.",
        "Owners are not moved: what Godwit makes belongs to the user of the file, who needs it until the end.",
        $"Run there after godwit finish: {All(statements)}", Recovery.Retry);

    internal static Problem InTheWay(string shown, IReadOnlyList<string> things) => new(
        "GW-PGS-061", $"{shown} has something in the way of the schema that will be made there.",
        $"None of the moved tables is there, but: {Some(things)}.",
        "Drop it, or use a new database, or make all of the schema yourself.", Recovery.Stop);

    internal static Problem Dangling(string shown, string thing, string table) => new(
        "GW-PGS-069", $"The {Printable.Text(thing)} cannot be made at {shown}.",
        $"It refers to {Printable.Text(table)}, which is not moved and not there.",
        "Move that table too, create it at the target, or drop what refers to it.", Recovery.Stop);

    internal static Problem ExtensionNeedsSuperuser(string shown, string name) => new(
        "GW-PGS-062", $"The extension {Printable.Text(name)} has to be made at {shown} by a superuser.",
        "The source uses it, and the user of the file may not make it.",
        $"Run there as a superuser: CREATE EXTENSION {Name(name)};", Recovery.Stop);

    internal static Problem OtherExtension(string shown, string name, string source, string target) => new(
        "GW-PGS-063", $"The extension {Printable.Text(name)} has another version at {shown}.",
        $"{Printable.Text(source)} at the source, {Printable.Text(target)} at the target.",
        "Look into its notes for what changed. To have the same one, make it beforehand: CREATE EXTENSION … VERSION …;",
        Recovery.Retry);

    internal static Problem OlderTarget(string shown, int source, int target) => new(
        "GW-PGS-064", Invariant($"{shown} is PostgreSQL {target}, older than the source, which is {source}."),
        "The schema is made with the newer version's statements; the older one may not know them all.",
        "Make the schema at the target by hand when that fails, or use a newer server.", Recovery.Retry);

    internal static Problem NoWayBack(string shown, string table, string source, string target) => new(
        "GW-PGS-065", $"The log of {shown} does not tell rows of {Printable.Text(table)} apart as the source's does.",
        $"Replica identity: {Printable.Text(source)} at the source, {Printable.Text(target)} at the target."
        + " The way back could not be fed.",
        $"Run there: ALTER TABLE {Printable.Text(table)} REPLICA IDENTITY … as at the source.", Recovery.Stop);

    internal static Problem LargeObjects(string shown, long count, IReadOnlyList<string> columns) => new(
        "GW-PGS-032", Invariant($"{shown} holds {count} large objects, which are not moved."),
        "They lie outside of tables, and their changes are not in the logical log."
        + (columns.Count == 0 ? " No moved column seems to refer to them." : $" These may refer: {Some(columns)}."),
        "Turn them into bytea (lo_get) before the move; or, when nobody changes them, bring them by"
        + " pg_dump --large-objects before the cutover.",
        Recovery.Retry);

    internal static string TooOldProgram(int version, BothSides sides) => Invariant(
        $"It is version {version}, and the source is {sides.FromServer.Major}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Name(string name) => Printable.Text(Sql.Quote.Name(name));

    private static string All(IEnumerable<string> statements) => Printable.Text(string.Join(' ', statements));

    private static string Some(IReadOnlyList<string> things) => Printable.Text(
        string.Join(", ", things.Take(10)) + (things.Count > 10 ? Invariant($" and {things.Count - 10} more") : ""));

    private static string Size(long bytes) => bytes >= 1L << 30
        ? Invariant($"{bytes / (double)(1L << 30):0.0} GiB")
        : Invariant($"{bytes / (double)(1L << 20):0.0} MiB");
}
