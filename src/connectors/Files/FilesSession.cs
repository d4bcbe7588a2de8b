using System.Text;
using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Connectors.Kit;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>What the parts of one store share: the root that is held open, and what is known of the tree.</summary>
internal sealed class FilesSession : IDisposable
{
    private readonly Lock _lock = new();
    private TreeRoot? _root;
    private TreeRoot? _peer;
    private HardLinks? _links;

    internal FilesSession(StoreOpening opening)
    {
        Opening = opening;
        Path = FilesAddress.PathOf(opening.Address);
        State = OwnNames.State(opening.Mark);
        Ledger = new Ledger(TryRoot, State);
        PeerLedger = new Ledger(TryPeer, State);
        Fence = new FenceState(Ledger);
        OwnWrites = new OwnWrites(this);
        LateWriters = new LateWriters(this);
        Throttle = new Throttle(opening.BytesPerSecond, opening.Clock);
    }

    internal StoreOpening Opening { get; }

    /// <summary>The root's path as the user wrote it; used to open the root and for nothing else.</summary>
    internal byte[] Path { get; }

    /// <summary>Name of the directory at the root where Godwit keeps its ledger.</summary>
    internal byte[] State { get; }

    internal Ledger Ledger { get; }

    /// <summary>What this migration keeps at the other side; to be read only.</summary>
    internal Ledger PeerLedger { get; }

    internal FenceState Fence { get; }

    internal OwnWrites OwnWrites { get; }

    internal LateWriters LateWriters { get; }

    internal Throttle Throttle { get; }

    internal ListingCache Listings { get; } = new();

    /// <summary>Told the path of a file that changed or vanished while it was copied; set by the change
    /// source.</summary>
    internal Action<byte[]>? Retouched { get; set; }

    /// <summary>Paths that may have been touched and were not told yet; set by the change source.</summary>
    internal Func<IReadOnlyList<byte[]>> Hinted { get; set; } = () => [];

    internal HardLinks Links
    {
        get
        {
            var root = Root();
            lock (_lock)
                return _links ??= new HardLinks(root);
        }
    }

    /// <summary>Now, by the clock that stamps files.</summary>
    internal static Position Now() => new(0, (ulong)Posix.FileClock());

    internal void Retouch(byte[] path) => Retouched?.Invoke(path);

    /// <summary>The root, opened at the first use and then held.</summary>
    /// <exception cref="GodwitException">It does not exist or may not be opened.</exception>
    internal TreeRoot Root() => TryRoot() ?? throw new GodwitException(FilesProblems.RootMissing(Opening.Shown));

    /// <summary>The root, or null when there is none.</summary>
    internal TreeRoot? TryRoot()
    {
        lock (_lock)
        {
            if (_root is not null)
                return _root;
            _root = TreeRoot.Open(Path, out var error);
            if (_root is null && error == -Errno.NotADirectory)
                throw new GodwitException(FilesProblems.NotADirectory(Opening.Shown));
            if (_root is null && error != -Errno.NoEntry)
                throw FilesProblems.From(error, "open", Path);
            return _root;
        }
    }

    /// <summary>The other side of the move; null when it is no tree, or not there yet.</summary>
    internal TreeRoot? TryPeer()
    {
        lock (_lock)
        {
            return _peer ??= Opening.Peer is { } address && FilesAddress.IsOurs(address)
                ? TreeRoot.Open(FilesAddress.PathOf(address), out _)
                : null;
        }
    }

    /// <summary>Whether the path still leads to the directory that is held.</summary>
    internal bool IsRootInPlace()
    {
        using var again = TreeRoot.Open(Path, out _);
        return again is not null && again.Identity == Root().Identity;
    }

    /// <summary>Creates the root and the directories that lead to it.</summary>
    internal TreeRoot CreateRoot()
    {
        if (TryRoot() is { } there)
            return there;
        // The user named this path; what is created on the way to it is created like by 'mkdir -p'.
        for (var i = 1; i <= Path.Length; i++)
        {
            if (i < Path.Length && Path[i] != (byte)'/')
                continue;
            var result = Posix.MakeDirectory(Posix.WorkingDirectory, Path.AsSpan(0, i), 0x1ff);
            if (result < 0 && result != -Errno.Exists)
                throw FilesProblems.From(result, "create", Path.AsSpan(0, i));
        }
        return Root();
    }

    /// <summary>The state directory, unless this tree may not be written to.</summary>
    internal void CreateState()
    {
        try
        {
            Ledger.Create(Root());
        }
        catch (GodwitException failure) when (failure.Problem.Code == FilesProblems.NoAccessCode)
        {
            // Then what would be in it is kept in memory.
        }
    }

    /// <summary>A source keeps only its fence in the state directory; it goes when nothing else is in it.</summary>
    internal void RemoveStateOfSource()
    {
        if (TryRoot() is { } root)
            _ = Posix.UnlinkDirectory(root.Number, State);
    }

    public void Dispose()
    {
        OwnWrites.Dispose();
        _root?.Dispose();
        _peer?.Dispose();
    }

    public override string ToString() => Encoding.UTF8.GetString(Path);
}
