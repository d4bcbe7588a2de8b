using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files.Fencing;

/// <summary>Decides, for one batch, about entries that somebody else wrote meanwhile.</summary>
/// <remarks>
/// Behind a raised fence a late write that was not brought over yet stays: the way back must not wipe it out before it
/// was
/// brought
/// to where traffic is. There, in turn, a record that was changed since traffic came is newer than any late write.
/// </remarks>
internal sealed class ConflictRule
{
    private readonly FilesSession _session;
    private readonly bool _isFenced;
    private readonly long? _ourLastWrite;

    private ConflictRule(FilesSession session, bool isFenced, long? ourLastWrite) =>
        (_session, _isFenced, _ourLastWrite) = (session, isFenced, ourLastWrite);

    /// <summary>The first entry that stayed although a record or a deletion was for it.</summary>
    internal byte[]? LeftAlone { get; private set; }

    /// <summary>Whether anything but replacing can be the answer.</summary>
    internal bool Matters => _isFenced || _ourLastWrite is not null;

    /// <summary>Whether a directory that is there keeps its metadata.</summary>
    internal bool KeepsDirectories => _ourLastWrite is not null;

    internal static ConflictRule None(FilesSession session) => new(session, false, null);

    internal static ConflictRule For(FilesSession session, Ledger ledger, ApplyReason reason) => reason switch
    {
        ApplyReason.LateWrite => new ConflictRule(session, false, ledger.ReadPosition()?.At ?? 0),
        ApplyReason.Following or ApplyReason.Repair => new ConflictRule(
            session, session.Fence.LateSince is not null, null),
        _ => throw new InvalidOperationException($"Apply reason {reason}."),
    };

    internal Conflict Judge(ReadOnlySpan<byte> path, in FileStatus there)
    {
        if (_ourLastWrite is { } ours)
            return there.Changed > ours && !_session.OwnWrites.Has(path, there) ? Conflict.PutBeside : Conflict.Replace;
        if (!_isFenced || !_session.LateWriters.IsWaiting(path, there))
            return Conflict.Replace;
        LeftAlone ??= path.ToArray();
        return Conflict.LeaveIt;
    }

    /// <summary>What we wrote is nobody's late write.</summary>
    internal void Wrote(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        if (Matters && Posix.Status(directory, name, out var status) >= 0)
            Wrote(path, status);
    }

    internal void Wrote(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (Matters)
            _session.OwnWrites.Note(path, status);
    }
}
