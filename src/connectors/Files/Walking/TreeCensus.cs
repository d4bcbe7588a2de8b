using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Walking;

/// <summary>How many entries of each kind a tree has, and how many bytes.</summary>
internal sealed class TreeCensus
{
    /// <summary>So many entries are enough for an estimate.</summary>
    internal const long Estimate = 1_000_000;

    private const int MostExamples = 3;

    internal long Entries { get; private set; }

    internal long Directories { get; private set; }

    internal long Bytes { get; private set; }

    internal long Sockets { get; private set; }

    /// <summary>FIFOs and devices.</summary>
    internal long Unsupported { get; private set; }

    internal List<string> SocketExamples { get; } = [];

    internal List<string> UnsupportedExamples { get; } = [];

    internal bool HasAttributes { get; private set; }

    /// <summary>The first entry that could not be read.</summary>
    internal Problem? Unreadable { get; private set; }

    /// <param name="most">Stops after so many entries.</param>
    internal static TreeCensus Take(FilesSession session, long most, CancellationToken cancellation)
    {
        var census = new TreeCensus();
        if (session.TryRoot() is not { } root)
            return census;
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
