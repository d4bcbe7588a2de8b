using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Finds every path that was touched since a position, by comparing both trees in one pass.</summary>
/// <remarks>
/// A path was touched exactly when it is missing at the other side, or differs there in what the kernel tells, or its
/// change time (which nobody can set) is not older than the position less <see cref="Margin"/>. A directory that was
/// renamed
/// brings old files to new paths without touching their times: what lies in a directory that is not the one that was
/// there
/// before, or that changed while nobody watched, is compared byte by byte.
/// Memory is the names of the directories on the path, the identities of directories and the paths told.
/// </remarks>
internal sealed class TreeScan : IDisposable
{
    /// <summary>Clocks that stamp files are coarse, and a write may take a while after its stamp.</summary>
    internal const long Margin = 2_000_000_000;

    /// <summary>More deletions at once are told by the next scan.</summary>
    internal const int MostDeletions = 20_000;

    private readonly TreeWalk _source;
    private readonly TreeRoot? _peerRoot;
    private readonly WalkAhead? _peer;
    private readonly long _since;
    private readonly DirectoryIdentities _known;
    private readonly PeerLinks _links = new();
    private bool _hasStarted;
    private bool _sourceLeft;
    private bool _peerLeft;
    private byte[]? _suspect;

    /// <param name="known">Which directory was at which path when it was looked at last.</param>
    /// <param name="since">File clock of the position to compare with.</param>
    internal TreeScan(TreeRoot source, TreeRoot? peer, DirectoryIdentities known, long since)
    {
        (_known, _since, _peerRoot) = (known, since - Margin, peer);
        _peer = peer is null ? null : new WalkAhead(peer);
        _source = new TreeWalk(source);
    }

    internal long Entries { get; private set; }

    internal long PeerEntries { get; private set; }

    /// <summary>Entries of the other side that are not here, with all that is in them.</summary>
    internal long Missing { get; private set; }

    /// <summary>Their paths, at most <see cref="MostDeletions"/>. All of them, not the topmost only: a directory may
    /// be made
    /// again before it is looked at, and then it does not take its old entries with it.</summary>
    internal List<byte[]> Deletions { get; } = [];

    internal bool HasMoreDeletions { get; private set; }

    /// <summary>Paths of FIFOs and devices: they cannot be moved.</summary>
    internal long Unsupported { get; private set; }

    /// <summary>The first of them.</summary>
    internal byte[]? UnsupportedExample { get; private set; }

    internal DirectoryIdentities Identities { get; } = new();

    internal LinkGroups LinkGroups => _links.Groups;

    /// <summary>Goes on until so many touched paths were found.</summary>
    /// <returns>Whether there may be more.</returns>
    internal bool Find(List<byte[]> touched, int most, CancellationToken cancellation)
    {
        if (!_hasStarted)
            (_hasStarted, _sourceLeft, _peerLeft) = (true, NextSource(), _peer?.Next() ?? false);
        while (_sourceLeft || _peerLeft)
        {
            if (touched.Count >= most)
                return true;
            if ((Entries & 0x3ff) == 0)
                cancellation.ThrowIfCancellationRequested();
            var order = !_sourceLeft ? 1 : !_peerLeft ? -1 : PathOrder.Compare(_source.Path, _peer!.Path);
            if (order > 0)
                NoteMissing();
            else
                NotePresent(touched, order == 0);
            if (order <= 0)
                _sourceLeft = NextSource();
            if (order >= 0)
                _peerLeft = _peer!.Next();
        }
        return false;
    }

    public void Dispose()
    {
        _source.Dispose();
        _peer?.Dispose();
    }

    private bool NextSource()
    {
        while (_source.Next())
        {
            if (_source.Status.Kind != EntryKind.Other)
                return true;
            Unsupported++;
            UnsupportedExample ??= _source.Path.ToArray();
        }
        return false;
    }

    private void NoteMissing()
    {
        PeerEntries++;
        Missing++;
        if (Deletions.Count < MostDeletions)
            Deletions.Add(_peer!.Path.ToArray());
        else
            HasMoreDeletions = true;
    }

    private void NotePresent(List<byte[]> touched, bool isAtPeer)
    {
        Entries++;
        if (isAtPeer)
            PeerEntries++;
        var isSuspect = IsSuspect();
        var isLinkRight = _links.IsRight(_source, isAtPeer ? _peer!.Status : null);
        if (!isAtPeer || !isLinkRight || IsTouched(isSuspect))
            touched.Add(_source.Path.ToArray());
    }

    private bool IsTouched(bool isSuspect)
    {
        ref readonly var status = ref _source.Status;
        if (!EntryComparison.IsSameMetadata(status, _peer!.Status))
            return true;
        if (status.Kind == EntryKind.Symlink)
            return !IsSameAtPeer();
        if (status.Kind == EntryKind.File && status.Changed >= _since)
            return true;
        return (isSuspect || status.Changed >= _since) && !IsSameAtPeer();
    }

    private bool IsSameAtPeer()
    {
        var directory = _peerRoot!.OpenDirectory(PathOrder.Parent(_peer!.Path, out var name));
        if (directory < 0)
            return false;
        try
        {
            var there = new EntryPlace(directory, name.IsEmpty ? "."u8 : name, _peer.Path, _peer.Status.Kind);
            return there.Kind == EntryKind.Symlink
                ? EntryComparison.IsSameLink(_source.Place, there)
                : EntryComparison.IsSameContent(_source.Place, there);
        }
        finally
        {
            _ = Posix.Close(directory);
        }
    }

    /// <summary>Whether the present entry lies in a directory that may have been put in another's place.</summary>
    private bool IsSuspect()
    {
        if (_suspect is not null && !PathOrder.IsWithin(_source.Path, _suspect))
            _suspect = null;
        if (_source.Status.Kind != EntryKind.Directory)
            return _suspect is not null;
        Identities.Add(_source.Path, _source.Status.Identity);
        if (_suspect is null && !_source.Path.IsEmpty && IsStranger())
            _suspect = _source.Path.ToArray();
        return _suspect is not null;
    }

    private bool IsStranger() => _known.Find(_source.Path) is { } before
        ? before != _source.Status.Identity
        : _source.Status.Changed >= _since;
}
