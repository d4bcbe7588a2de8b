using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files;

/// <summary>All problems of file trees, and what the kernel's error numbers mean here.</summary>
internal static class FilesProblems
{
    internal const string NoAccessCode = "GW-FIL-004";

    /// <summary>Translates an error number once, where it is known what was done to what.</summary>
    /// <param name="result">The error number, negated.</param>
    /// <param name="action">Continues "Could not …".</param>
    internal static GodwitException From(int result, string action, ReadOnlySpan<byte> path)
    {
        var what = $"Could not {action} '{Name(path)}'.";
        var why = $"The system says: {Errno.Text(-result)}.";
        return Raise((-result) switch
        {
            Errno.AccessDenied or Errno.NotPermitted or Errno.ReadOnly => NoAccess(what, why),
            Errno.NoSpace or Errno.Quota => DiskFull(what, why),
            Errno.InputOutput => DiskBroken(what, why),
            Errno.NameTooLong => NameTooLong(what, why),
            Errno.TooManyFiles or Errno.TooManyFilesHere => TooManyFiles(what, why),
            _ => Refused(what, why),
        });
    }

    internal static GodwitException BadAddress(string address) => Raise(new Problem(
        "GW-FIL-001", $"'{Printable.Text(address)}' is not the address of a directory on this machine.",
        "It names another host, or no path.",
        "Write file:///absolute/path or file:relative/path. The path is taken as it stands, without %-escapes.",
        Recovery.Stop));

    internal static Problem RootMissing(string address) => new(
        "GW-FIL-002", $"The directory {address} does not exist.",
        "It was not created yet, was moved, or is not mounted.",
        "Create or mount it, or correct 'from' in the migration file.", Recovery.Pause);

    internal static Problem NotADirectory(string address) => new(
        "GW-FIL-003", $"{address} is not a directory.", "Only whole directories are moved.",
        "Name the directory that holds it.", Recovery.Stop);

    internal static Problem NoRight(string address, string right) =>
        NoAccess($"Godwit has no right to {right} {address}.", "The directory belongs to another user.");

    internal static GodwitException TooDeep(ReadOnlySpan<byte> path, int deepest) => Raise(new Problem(
        "GW-FIL-008", $"'{Name(path)}' lies more than {deepest} directories deep.",
        "Each level needs an open directory.",
        "Move the deep part nearer to the root.", Recovery.Stop));

    internal static Problem Unsupported(long count, IEnumerable<string> examples) => new(
        "GW-FIL-009",
        $"{count} entries are neither files nor directories nor links: {string.Join(", ", examples)}.",
        "FIFOs and devices cannot be moved by copying.", "Remove them or move them out of the tree.", Recovery.Pause);

    internal static Problem Sockets(long count, IEnumerable<string> examples) => new(
        "GW-FIL-022", $"{count} sockets are left out: {string.Join(", ", examples)}.",
        "A socket is made by the program that listens on it; it holds no data.",
        "Nothing to do, if the programs create them again at the target.", Recovery.Retry);

    internal static Problem Overlap(string source, string target) => new(
        "GW-FIL-010",
        $"The target {target} and the source {source} are the same directory, or one lies inside the other.",
        "The copy would copy itself.", "Name a target outside of the source.", Recovery.Stop);

    internal static Problem NotEmpty(string address, string example) => new(
        "GW-FIL-011", $"The target {address} holds entries that the source does not have, for example '{example}'.",
        "They are not Godwit's, and a move would delete them.",
        "Name an empty or new directory as 'to', or remove them yourself.", Recovery.Pause);

    internal static Problem TooLittleSpace(string address, long needed, long free) => new(
        "GW-FIL-012", $"{address} has {free} bytes free; the source holds {needed}.", "The copy would not fit.",
        "Make space, or name a target on a larger file system.", Recovery.Pause);

    internal static Problem TooFewWatches(long needed, long allowed) => new(
        "GW-FIL-013", $"The source has {needed} directories; this machine lets a user watch {allowed}.",
        "Changes in directories without a watch are found by rescans only, so they take longer to arrive.",
        $"For a shorter lag: sysctl fs.inotify.max_user_watches={needed * 2}", Recovery.Retry);

    internal static GodwitException RootReplaced(string address) => Raise(new Problem(
        "GW-FIL-014",
        $"{address} is no longer the directory that was followed: it is missing, or another one took its place.",
        "It was unmounted, renamed or replaced. Going on would delete its records at the other side.",
        "Bring the directory back, then run 'godwit resume'. If the new one is meant, start a new migration.",
        Recovery.Pause));

    internal static GodwitException MassDeletion(string address, long deleted, long entries, string allow) => Raise(
        new Problem(
        "GW-FIL-015", $"{deleted} of {entries} entries have vanished from {address}.",
        "So many at once look like an accident, an unmounted disk or an emptied directory; nothing was deleted.",
        $"Bring them back, then run 'godwit resume'. If it is meant: touch '{allow}' first.", Recovery.Pause));

    internal static GodwitException NoPeer(string address) => Raise(new Problem(
        "GW-FIL-016", $"{address} cannot be followed.",
        "A file tree has no log: what changed is found by comparing with the other side, which is no file tree here.",
        "Move to another directory, or copy only: mode: full.", Recovery.Stop));

    internal static GodwitException IgnoresCase(string address) => Raise(new Problem(
        "GW-FIL-017", $"The target {address} does not tell upper from lower case.",
        "Files whose names differ only in case would overwrite each other.",
        "Name a target on a file system that tells them apart.", Recovery.Stop));

    internal static GodwitException BadPath(ReadOnlySpan<byte> path) => Raise(new Problem(
        "GW-FIL-019", $"'{Name(path)}' is not a path inside a tree.",
        "A name in it is empty, '.', '..' or holds a zero byte.",
        "Nothing was written. Report this with the source's type: a source must not produce it.", Recovery.Stop));

    internal static Problem LongNames(string address, int longest, int allowed) => NameTooLong(
        $"The source has a name of {longest} bytes.", $"The file system of {address} takes {allowed}.");

    internal static GodwitException NoAttributes(ReadOnlySpan<byte> path) => Raise(new Problem(
        "GW-FIL-020", $"'{Name(path)}' has extended attributes, and the target's file system keeps none.",
        "They would be lost.", "Name a target on a file system with extended attributes (ext4, xfs, btrfs).",
        Recovery.Pause));

    internal static GodwitException TooManyHardLinks(int most) => Raise(new Problem(
        "GW-FIL-021", $"The tree has more than {most} files with several names (hard links).",
        "To keep them together each is remembered in memory.", "Move the tree in parts.", Recovery.Stop));

    internal static GodwitException LedgerDamaged(string file) => Raise(new Problem(
        "GW-FIL-023", $"Godwit's own record '{file}' at the target is damaged.",
        "It was changed by hand, or the disk lost it.",
        "Remove the directory that holds it; the copy then starts again.", Recovery.Stop));

    private static Problem NoAccess(string what, string why) => new(
        NoAccessCode, what, why,
        "Give the user that runs Godwit the right to it (or run as root), then run 'godwit resume'.", Recovery.Pause);

    private static Problem DiskFull(string what, string why) => new(
        "GW-FIL-005", $"The disk is full. {what}", why,
        "Make space on that file system or raise the quota ('df -h', 'df -i'), then run 'godwit resume'.",
        Recovery.Pause);

    private static Problem DiskBroken(string what, string why) => new(
        "GW-FIL-006", what, why,
        "Look at the disk ('dmesg') and repair it, then run 'godwit resume'. Nothing was deleted.", Recovery.Pause);

    private static Problem Refused(string what, string why) => new(
        "GW-FIL-007", what, why,
        "Godwit tries again. If it stays, look at the path with 'stat' and at the disk with 'dmesg'.", Recovery.Retry);

    private static Problem NameTooLong(string what, string why) => new(
        "GW-FIL-018", what, why, "Shorten the name, or move to a file system that takes it.", Recovery.Pause);

    private static Problem TooManyFiles(string what, string why) => new(
        "GW-FIL-024", what, why, "Raise the limit of open files ('ulimit -n').", Recovery.Retry);

    internal static GodwitException LateWriteWaits(ReadOnlySpan<byte> path) => Raise(new Problem(
        "GW-FIL-025", $"'{Name(path)}' was written behind the fence and waits to be brought over.",
        "Until then the way back must not overwrite it.", "Godwit brings it over and tries again.", Recovery.Retry));

    internal static string Name(ReadOnlySpan<byte> path) => path.IsEmpty ? "." : Printable.Text(path);

    private static GodwitException Raise(Problem problem) => new(problem);
}
