using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Walking;

/// <summary>How many entries of each kind a tree has, and how many bytes.</summary>
internal sealed class TreeCensus
{
    /// <summary>So many entries are enough for an estimate.</summary>
    internal const long Estimate = 1_000_000;

    private const int MostExamples = 3;
    private const int Readable = 4;

    internal long Entries { get; private set; }

    internal long Directories { get; private set; }

    internal long Bytes { get; private set; }

    internal long Sockets { get; private set; }

    /// <summary>FIFOs and devices.</summary>
    internal long Unsupported { get; private set; }

    internal List<string> SocketExamples { get; } = [];

    internal List<string> UnsupportedExamples { get; } = [];

    /// <summary>Bytes of the longest name.</summary>
    internal int LongestName { get; private set; }

    /// <summary>The first entry that could not be read.</summary>
    internal Problem? Unreadable { get; private set; }

    /// <param name="most">Stops after so many entries.</param>
    internal static TreeCensus Take(FilesSession session, long most, CancellationToken cancellation) =>
        session.TryRoot() is { } root ? Take(root, most, cancellation) : new TreeCensus();

    internal static TreeCensus Take(TreeRoot root, long most, CancellationToken cancellation)
    {
        var census = new TreeCensus();
        using var walk = new TreeWalk(root);
        try
        {
            while (census.Entries < most && walk.Next())
            {
                if ((census.Entries & 0x3ff) == 0)
                    cancellation.ThrowIfCancellationRequested();
                census.Add(walk);
            }
        }
        catch (GodwitException failure)
        {
            census.Unreadable = failure.Problem;
        }
        return census;
    }

    private void Add(TreeWalk walk)
    {
        if (walk.Status.Kind == EntryKind.Other)
        {
            AddOther(walk);
            return;
        }
        Entries++;
        Bytes += FilesSchema.SizeOf(walk.Status);
        LongestName = Math.Max(LongestName, walk.Name.Length);
        if (Unreadable is null && Posix.User != 0 && walk.Status.Kind == EntryKind.File
            && Posix.Access(walk.Directory, walk.Name, Readable) is < 0 and var refused)
            Unreadable = FilesProblems.From(refused, "read", walk.Path).Problem;
        if (walk.Status.Kind == EntryKind.Directory)
            Directories++;
    }

    private void AddOther(TreeWalk walk)
    {
        if (walk.Status.IsSocket)
            Sockets++;
        else
            Unsupported++;
        var examples = walk.Status.IsSocket ? SocketExamples : UnsupportedExamples;
        if (examples.Count < MostExamples)
            examples.Add(FilesProblems.Name(walk.Path));
    }
}
