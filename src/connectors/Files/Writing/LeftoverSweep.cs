using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Removes temporary files that a crash has left, but those of large copies that will go on.</summary>
internal static class LeftoverSweep
{
    /// <remarks>It is done at every start: what lies in the root's directories is looked at side by side.</remarks>
    internal static void Run(FilesSession session, TreeRoot root, CancellationToken cancellation)
    {
        var start = System.Text.Encoding.ASCII.GetBytes($".godwit-{session.Opening.Mark}-");
        var tops = new Stack<byte[]>();
        Sweep(session, root, [], start, tops);
        SideBySide.ForEach(
            tops,
            top =>
            {
                var directories = new Stack<byte[]>([top]);
                while (directories.TryPop(out var path))
                {
                    cancellation.ThrowIfCancellationRequested();
                    Sweep(session, root, path, start, directories);
                }
            },
            cancellation);
    }

    private static void Sweep(
        FilesSession session, TreeRoot root, byte[] path, byte[] start, Stack<byte[]> directories)
    {
        var directory = root.OpenDirectory(path);
        if (directory < 0)
            return; // What cannot be opened tells its problem when something is written there.
        try
        {
            Sweep(session, directory, path, start, directories);
        }
        finally
        {
            _ = Posix.Close(directory);
        }
    }

    private static void Sweep(
        FilesSession session, int directory, byte[] path, byte[] start, Stack<byte[]> directories)
    {
        var listing = DirectoryListing.ReadAll(directory, path);
        for (var i = 0; i < listing.Count; i++)
        {
            var name = listing[i];
            if (OwnNames.IsTemporary(name))
            {
                if (name.StartsWith(start) && session.Ledger.Lines(PartialCopy.RecordName(name)).Length == 0)
                    Removal.Remove(directory, name, PathOrder.Join(path, name));
            }
            else if (!OwnNames.IsOwn(name, path.Length == 0) && !listing.IsSurelyNoDirectory(i)
                && Posix.Status(directory, name, out var status) >= 0 && status.Kind == EntryKind.Directory)
                directories.Push(PathOrder.Join(path, name));
        }
    }
}
