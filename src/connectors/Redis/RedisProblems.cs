using Godwit.Core.Positions;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis;

/// <summary>Everything that can go wrong with a Redis server, in words that help.</summary>
internal static class RedisProblems
{
    internal const string UnexpectedCode = "GW-RED-009";

    internal static Problem BadAddress(string shown, string why) => new(
        "GW-RED-001", $"{shown} is not the address of a Redis server.", why,
        "Write it like this: redis://USER:${REDISPASSWORD}@HOST:6379/0, without /0 for all databases.",
        Recovery.Stop);

    internal static Problem NotReached(string server, string why) => new(
        "GW-RED-002", $"Redis at {server} cannot be reached.", why,
        "Nothing needs to be done when it comes back soon: Godwit tries again. Otherwise look at the server and the"
        + " network between.",
        Recovery.Retry);

    internal static Problem Lost(string server, string why) => new(
        "GW-RED-002", $"The connection to Redis at {server} broke.", why,
        "Nothing needs to be done when it comes back soon: Godwit tries again. Otherwise look at the server and the"
        + " network between.",
        Recovery.Retry);

    internal static Problem NewHistory(string shown) => Lost(
        shown, "It began a new history while the old one was read");

    internal static Problem Refused(string server, string said) => new(
        "GW-RED-003", $"Redis at {server} does not let us in.", $"It says: {said}.",
        "Correct the user or the password (a variable of the migration file), or the server's ACL.", Recovery.Stop);

    internal static Problem NotAllowed(string server, string said) => new(
        "GW-RED-004", $"The user may not do at {server} what Godwit has to do.", $"It says: {said}.",
        "Grant it (docs/how-to/redis.md has the ACL SETUSER line), then run: godwit resume", Recovery.Pause);

    internal static Problem Busy(string server, string said) => new(
        "GW-RED-005", $"Redis at {server} cannot answer at the moment.", $"It says: {said}.",
        "Nothing needs to be done: Godwit tries again.", Recovery.Retry);

    internal static Problem Full(string server, string said) => new(
        "GW-RED-006", $"There is no memory left at {server}.", $"It says: {said}.",
        "Raise maxmemory or free memory, then run: godwit resume. Nothing was lost.", Recovery.Pause);

    internal static Problem ReadOnly(string server, string said) => new(
        "GW-RED-007", $"Redis at {server} is a replica and takes no writes.", $"It says: {said}.",
        "Name its primary in the migration file. After a failover that is still going on, run: godwit resume",
        Recovery.Pause);

    internal static Problem CannotPersist(string server, string said) => new(
        "GW-RED-008", $"Redis at {server} takes no writes because it cannot write to its disk.", $"It says: {said}.",
        "Look at the server's disk and log, then run: godwit resume", Recovery.Pause);

    internal static Problem Unexpected(string server, string said) => new(
        UnexpectedCode, $"Redis at {server} said something unexpected.", $"It says: {said}.",
        "Look at the server's log. When the cause is away, run: godwit resume", Recovery.Pause);

    internal static Problem JournalFull(string shown, string directory, long held, long free) => new(
        "GW-RED-010", $"What {shown} has changed no longer fits on this machine.",
        $"{held >> 20} MB wait in {Printable.Text(directory)} to be applied, and {free >> 20} MB are free there.",
        "Free space, or find out why the target does not keep up, then run: godwit resume", Recovery.Pause);

    internal static Problem TooOld(string shown, string version, string oldest, string what) => new(
        "GW-RED-011", $"{shown} runs version {Printable.Text(version)}.",
        $"{what} before {oldest} lack what Godwit needs, or were never tried.",
        $"Upgrade it to {oldest} or newer.", Recovery.Stop);

    internal static Problem CannotPause(string shown, string version) => new(
        "GW-RED-046", $"{shown} runs version {Printable.Text(version)}, which cannot hold up writers alone.",
        "A server before 7.0 would hold up readers as well. So a cutover stops nobody there.",
        "Name the application's user as fence.acl_user, or leave it so: late writes are seen, forwarded and counted.",
        Recovery.Retry);

    internal static Problem NoFunctions(string shown, string version) => new(
        "GW-RED-047", $"{shown} runs version {Printable.Text(version)}, which knows no functions.",
        "The source has libraries of functions, and they would stay behind.",
        "Upgrade the target to 7.0 or newer, or delete the libraries at the source: FUNCTION LIST shows them.",
        Recovery.Stop);

    internal static Problem JournalLost(string shown, Position asked) => new(
        "GW-RED-012", $"The changes of {shown} from position {asked} on are not on this machine.",
        "The state folder is another one than before, or its files were removed. Changes may be missing.",
        "Run godwit abort, then begin again.", Recovery.Stop);

    internal static Problem HistoryLost(string shown) => new(
        "GW-RED-013", $"{shown} no longer has the changes that come next.",
        "It was restarted without its data, or failed over to a replica that was behind, or its backlog was too small"
        + " for the time in which it could not be reached.",
        "The way back is lost. Run godwit finish to stay at the target, and raise repl-backlog-size next time.",
        Recovery.Pause);

    internal static Problem UnknownCommand(string shown, string command, Position at) => new(
        "GW-RED-014", $"{shown} was sent '{Printable.Text(command)}', and Godwit cannot prove which keys it writes.",
        $"It stands at position {at}. Godwit never guesses.",
        "Report the command with the server's version. To go on without it: godwit abort, and begin again when nobody"
        + " uses it.",
        Recovery.Pause);

    internal static Problem BadSnapshot(string shown, long position, string why) => new(
        "GW-RED-015", $"The snapshot of {shown} cannot be read at byte {position}.", Printable.Text(why),
        "Godwit asks for another one. When this stays, report it with the server's version.", Recovery.Retry);

    internal static Problem UnknownValue(string shown, string key, int type) => new(
        "GW-RED-016", $"The snapshot of {shown} holds something that Godwit does not know.",
        $"Nothing behind the type {type}" + (key.Length > 0 ? $" of the key {key}" : "") + " can be read.",
        "Delete the key if nobody needs it, then run: godwit resume", Recovery.Pause);

    internal static Problem Walked(string shown, int type, string key) => new(
        "GW-RED-045", $"The snapshot of {shown} cannot be read to its end: its keys are read one by one instead.",
        $"It holds something that Godwit does not know ({type})" + (key.Length > 0 ? $", at the key {key}." : "."),
        "Nothing needs to be done: Godwit goes on in some seconds, and takes longer. Nothing is lost.",
        Recovery.Pause);

    internal static Problem NotEmpty(string shown, string sample) => new(
        "GW-RED-017", $"{shown} already holds keys of the scope, for example {sample}.",
        "Godwit copies into an empty scope only: it could not tell its own keys from those.",
        "Delete them, name another database in the address, or narrow 'keys'.", Recovery.Stop);

    internal static Problem AnotherRunner(string shown) => new(
        "GW-RED-018", $"Somebody else applies this migration's changes at {shown}.",
        "The checkpoint there was changed by another runner.",
        "End the other runner, which may run on another machine, then run: godwit resume", Recovery.Pause);

    internal static Problem NoReplication(string shown, string said) => new(
        "GW-RED-019", $"{shown} does not let Godwit follow it as a replica.", $"It says: {said}.",
        "Allow it: ACL SETUSER … +psync +replconf +ping. A source is followed without it when one database is named"
        + " and fence.acl_user is, or nothing has to flow back.",
        Recovery.Stop);

    internal static Problem Tracked(string shown, string said) => new(
        "GW-RED-039", $"{shown} is followed by what it says of touched keys, and not as a replica follows.",
        $"It says: {said}.",
        "Nothing needs to be done. Each touched key is read, and after a broken connection everything is copied again:"
        + " where it can be allowed, +psync +replconf is cheaper.",
        Recovery.Retry);

    internal static Problem Notified(string shown, string said) => new(
        "GW-RED-048", $"{shown} is followed by its notifications of touched keys.",
        $"It allows no better way: {said}.",
        "Nothing needs to be done. Each touched key is read, and everything is copied again after a broken connection,"
        + " FLUSHDB, FLUSHALL, SWAPDB or CONFIG SET: where it can be allowed, +client|tracking or +psync +replconf is"
        + " cheaper.",
        Recovery.Retry);

    internal static Problem NothingTold(string shown, string said) => new(
        "GW-RED-049", $"{shown} does not let itself be followed, and does not tell which keys are touched.",
        $"It says: {said}.",
        "Allow one of: +psync +replconf; +hello +client|tracking; or +psubscribe +config|get with the channels, and"
        + " CONFIG SET notify-keyspace-events KA.",
        Recovery.Stop);

    internal static Problem TrackLost(string shown) => new(
        "GW-RED-040", $"{shown} was emptied or set otherwise, or touched more keys than can be held.",
        "It does not say which keys that were.",
        "Nothing needs to be done: everything is copied again.", Recovery.Retry);

    internal static Problem BadFenceUser(string shown, string user, string why) => new(
        "GW-RED-020", $"The user {Printable.Text(user)} of {shown} cannot be fenced.", why,
        "Give the tenant's application a user whose key patterns are those in 'keys', or leave 'fence' out: then late"
        + " writes are seen, forwarded and counted.",
        Recovery.Stop);

    internal static Problem UnlikeScopes(string from, string to) => new(
        "GW-RED-021", $"{from} means all databases, and {to} only one.",
        "Keys of several databases could meet there.", "Name a database in both addresses, or in neither.",
        Recovery.Stop);

    internal static Problem NotTaken(string shown, string key, string said) => new(
        "GW-RED-022", $"{shown} did not take the value of {key}.", $"It says: {said}.",
        "The target may be older than the source, or lack a module. Upgrade it, then run: godwit resume",
        Recovery.Pause);

    internal static Problem Swapped(string shown, Position at) => new(
        "GW-RED-023", $"Databases of {shown} were swapped.",
        $"SWAPDB at position {at} exchanged what belongs to the migration with something that does not.",
        "Run godwit abort, then begin again.", Recovery.Stop);

    internal static Problem IsCluster(string shown) => new(
        "GW-RED-024", $"{shown} is a node of a cluster.",
        "Clusters are moved to and from Redis; rows of tables are kept at standalone servers.",
        "Name a standalone server.", Recovery.Stop);

    internal static Problem NoPrimary(string shown, string name) => new(
        "GW-RED-033", $"The Sentinel at {shown} knows no primary called {Printable.Text(name)}.",
        "It watches others, or none.",
        "Correct the name in the address: redis://SENTINEL:26379/0?sentinel=NAME. redis-cli -p 26379 SENTINEL MASTERS"
        + " lists them.",
        Recovery.Stop);

    internal static Problem SlotsMissing(string shown, int missing) => new(
        "GW-RED-034", $"{missing} slots of the cluster at {shown} belong to no server.",
        "Keys in them could neither be read nor written.", "Repair the cluster: redis-cli --cluster fix HOST:PORT",
        Recovery.Stop);

    internal static Problem SlotsMoving(string shown, string slots) => new(
        "GW-RED-035", $"Slots {slots} of the cluster at {shown} are being moved.",
        "No order is known of what two servers do with one key.",
        "Nothing needs to be done: when it is over, what has moved is copied again. Nothing is handed over before.",
        Recovery.Retry);

    internal static Problem SlotsMoved(string shown, string slots) => new(
        "GW-RED-036", $"No server of the cluster at {shown} has all of the slots {slots} any more.",
        "Slots were moved to another server, and what happened to their keys meanwhile cannot be brought into one"
        + " order.",
        "Before traffic has gone over Godwit cuts the move anew by itself, once no slot has moved for a while. After"
        + " that: move them back and run godwit resume.",
        Recovery.Pause);

    /// <summary>Whether it says that slots came apart.</summary>
    internal static bool SaysApart(Problem problem) => problem.Code == SlotsMoved("", "").Code;

    internal static Problem SlotsRecut(string shown, string slots) => new(
        "GW-RED-050", $"Slots of {slots} have gone to another server of the cluster at {shown}, and stay there.",
        "The cluster was resharded while its keys are moved.",
        "Nothing needs to be done: the move is cut anew, and what has moved is copied again.", Recovery.Reopen);

    internal static Problem Torn(string shown, string command) => new(
        "GW-RED-037", $"A slot left {shown} while Godwit wrote to it.",
        $"{command} met a key that is at another server: what came with it is not whole.",
        "Run godwit abort, then begin again. Nothing at the source was changed.", Recovery.Stop);

    internal static Problem OtherDatabases(string shown, string databases) => new(
        "GW-RED-038", $"{shown} has keys in the databases {databases}, and a cluster has the database 0 only.",
        "They would stay behind.", "Name the database that is meant in the address: redis://HOST:PORT/0",
        Recovery.Stop);

    internal static Problem IsReplica(string shown) => new(
        "GW-RED-025", $"{shown} is a replica.", "It takes no writes, and could not be fenced.",
        "Name its primary.", Recovery.Stop);

    internal static Problem TooSmall(string shown, long free, long needed) => new(
        "GW-RED-026", $"{shown} has too little memory for what would come.",
        $"maxmemory leaves {free >> 20} MB, and the source holds {needed >> 20} MB.",
        "Raise maxmemory at the target.", Recovery.Stop);

    internal static Problem Evicts(string shown, string policy) => new(
        "GW-RED-027", $"{shown} throws keys away when its memory is full.",
        $"maxmemory-policy is {Printable.Text(policy)}: a key that is evicted at the target looks like one that was"
        + " lost.",
        "Set maxmemory-policy to noeviction until the migration is finished.", Recovery.Stop);

    internal static Problem TooFewDatabases(string shown, int there, int needed) => new(
        "GW-RED-028", $"{shown} has {there} databases, and {needed} are needed.",
        "The setting 'databases' is smaller than at the source.", "Raise 'databases' in its configuration.",
        Recovery.Stop);

    internal static Problem Forgotten(string shown) => new(
        "GW-RED-029", $"{shown} no longer has what Godwit remembered there.",
        "Somebody emptied it, or it lost its data: what had been copied is gone too.",
        "Run godwit abort, then begin again.", Recovery.Stop);

    internal static Problem SetBack(string shown, Position at) => new(
        "GW-RED-030", $"{shown} was set back to position {at}.",
        "It was restored from an older state, or failed over to a replica that was behind.",
        "Run godwit resume: what is missing is carried out again from there.", Recovery.Pause);

    internal static Problem BadRowKey(
        string from, string to, string table, IReadOnlyList<string> patterns, string why) => new(
        "GW-RED-031",
        $"Rows of {Printable.Text(table)} of {from} cannot be keys of {to}"
        + (patterns.Count > 0 ? $" by {Printable.Text(string.Join(", ", patterns))}." : "."),
        $"{Printable.Text(why)}.",
        "Name one table in 'tables.include', and its key's columns in one pattern: keys: [\"user:{id}\"]",
        Recovery.Stop);

    internal static Problem NoDatabase(string shown, string elsewhere) => new(
        "GW-RED-032", $"{shown} means all databases, and a table at {elsewhere} holds the keys of one.",
        "Keys of several databases could meet in one row.", "Name the database in the address: redis://HOST:6379/0",
        Recovery.Stop);

    internal static Problem NoRow(string shown, string key, string type) => new(
        "GW-RED-041", $"The key {key} of {shown} cannot be a row.",
        $"Only the module that made its value ({Printable.Text(type)}) knows what is in it.",
        "Delete the key or leave it out with a pattern in 'keys', then run: godwit resume", Recovery.Pause);

    internal static Problem TooLargeForARow(string shown, string key, long length, long most) => new(
        "GW-RED-042", $"The value of {key} of {shown} is too large for a row.",
        $"It has {length} bytes or more, and a row may have {most}.",
        "Delete the key or leave it out with a pattern in 'keys', then run: godwit resume", Recovery.Pause);

    internal static Problem NoKeyTable(string from, string to, string table, string why) => new(
        "GW-RED-043", $"Rows of {Printable.Text(table)} of {from} cannot be made keys of {to}.",
        $"{Printable.Text(why)}.",
        "Name one table with the columns key, type, value and expires_at in 'tables.include', or a pattern that makes"
        + " hashes of rows: keys: [\"user:{id}\"]",
        Recovery.Stop);

    internal static Problem NoKeyRow(string from, string key, string why) => new(
        "GW-RED-044", $"The row {key} of {from} stands for no key.", $"{Printable.Text(why)}.",
        "Correct or delete the row, then run: godwit resume", Recovery.Pause);
}
