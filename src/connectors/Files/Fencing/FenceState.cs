using System.Globalization;
using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Fencing;

/// <summary>Whether the writers of this tree were told to go elsewhere, and from when on a write is late.</summary>
/// <remarks>
/// A write counts as late when it came after the last marker that was written behind the fence: all before it was
/// drained.
/// Kept in the state directory as well, so that a restart knows it; a tree that we may not write to keeps it in memory.
/// </remarks>
internal sealed class FenceState(Ledger ledger)
{
    /// <summary>The clock that stamps files moves at least this often.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private bool _isKnown;
    private long _raisedAt;
    private long _since;

    private static ReadOnlySpan<byte> File => "fence"u8;

    /// <summary>File clock from which on a write is late; null when the fence is down.</summary>
    internal long? LateSince
    {
        get
        {
            lock (_lock)
            {
                if (!_isKnown)
                    (_isKnown, _since, _raisedAt) = (true, Read(), Posix.FileClock());
                return _since == 0 ? null : _since;
            }
        }
    }

    /// <summary>File clock when the fence went up, or when this process found it up; null when it is down.</summary>
    internal ulong? RaisedAt
    {
        get
        {
            if (LateSince is null)
                return null;
            lock (_lock)
                return (ulong)_raisedAt;
        }
    }

    /// <summary>From now on writes are late. Raised already, it stays as it is.</summary>
    /// <returns>Whether it was down.</returns>
    internal bool Raise()
    {
        if (LateSince is not null)
            return false;
        var now = Posix.FileClock();
        lock (_lock)
            _raisedAt = now;
        Keep(now);
        return true;
    }

    /// <summary>Everything up to here will be drained.</summary>
    /// <returns>Whether the fence is up.</returns>
    internal bool Mark(long position)
    {
        if (LateSince is not { } since)
            return false;
        if (position > since)
            Keep(position);
        return true;
    }

    internal void Lower()
    {
        lock (_lock)
            (_isKnown, _since) = (true, 0);
        ledger.Remove(File);
    }

    private long Read()
    {
        var lines = ledger.Lines(File);
        return lines.Length == 0 ? 0 : long.Parse(lines[0], CultureInfo.InvariantCulture);
    }

    private void Keep(long since)
    {
        lock (_lock)
            (_isKnown, _since) = (true, since);
        try
        {
            ledger.Write(File, since.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (GodwitException failure) when (failure.Problem.Code == FilesProblems.NoAccessCode)
        {
            // A read-only source: the fence lives as long as this process.
        }
    }
}
