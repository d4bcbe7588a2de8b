using System.Globalization;
using Godwit.Connectors.Kit;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Replication;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Forgets what a server tells while nobody wants to hear it: of the side that changes flow to. Only which
/// database is selected has to be known when somebody begins to read.</summary>
/// <remarks>
/// Invariant: nothing is forgotten behind the first <see cref="Keep"/> since the last <see cref="Release"/>, also by a
/// later life, and nothing at all while somebody reads. A place that it leaves is never inside a transaction.
/// </remarks>
internal sealed class JournalSkimmer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Whoever asked for a place begins to read there within this time, or never.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly ReplicationJournal _journal;
    private readonly string _directory;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _running = Task.CompletedTask;
    private long? _kept;
    private long _keptSince;
    private bool _isRead;

    internal JournalSkimmer(ReplicationJournal journal, string directory, TimeProvider clock)
    {
        (_journal, _directory, _clock) = (journal, directory, clock);
        _kept = File.Exists(KeepPath) ? long.Parse(File.ReadAllText(KeepPath), CultureInfo.InvariantCulture) : null;
    }

    private string KeepPath => Path.Combine(_directory, "keep");

    internal void Start() => _running = Task.Run(Run);

    /// <summary>Somebody will read from the beginning. Before the first byte comes.</summary>
    internal void KeepAll() => Keep(0);

    /// <summary>Somebody may begin to read at a position that is found out while nothing is forgotten.</summary>
    internal async Task<T> Keep<T>(Func<Task<(T Result, long Position)>> find, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var (result, position) = await find().ConfigureAwait(false);
            if (!_isRead)
            {
                _keptSince = _clock.GetTimestamp();
                Keep(position);
            }
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Somebody reads from here on, and trims what he has read.</summary>
    internal async Task BeginReading(CancellationToken cancellation)
    {
        if (_isRead)
            return;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        _isRead = true;
        _turn.Release();
    }

    /// <summary>Nobody reads any more; but for <see cref="Release"/> it may be begun again.</summary>
    internal async Task EndReading(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        _isRead = false;
        _turn.Release();
    }

    /// <summary>Nobody will read what is here; unless somebody reads it, or asked for a place a moment ago.</summary>
    internal async Task Release(CancellationToken cancellation)
    {
        if (_kept is null || _isRead)
            return;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_isRead || (_keptSince != 0 && _clock.GetElapsedTime(_keptSince) < Rest))
                return;
            File.Delete(KeepPath);
            _kept = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Forgets what may be forgotten now.</summary>
    internal async Task Skim(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_isRead)
                Forget(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
        _turn.Dispose();
    }

    private async Task Run()
    {
        while (true)
        {
            await Task.Delay(Interval, _clock, _closing.Token).ConfigureAwait(false);
            await Skim(_closing.Token).ConfigureAwait(false);
        }
    }

    private void Keep(long position)
    {
        if (_kept <= position)
            return;
        SmallFile.Replace(KeepPath, position.ToString(CultureInfo.InvariantCulture));
        _kept = position;
    }

    private void Forget(CancellationToken cancellation)
    {
        var keep = _kept ?? long.MaxValue;
        var start = _journal.State.Start;
        var place = FollowedPlace.Read(_directory);
        if (place is null || place.Position < start)
            place = new FollowedPlace(start, 0);
        if (place.Position < _journal.Begin || place.Position >= Math.Min(keep, _journal.End))
            return;
        var left = place;
        var cursor = new ChangeCursor(_journal);
        cursor.Seek(place.Position, place.Database);
        var isInside = false;
        while (cursor.Position < keep && cursor.Peek())
        {
            cancellation.ThrowIfCancellationRequested();
            cursor.NoteDatabase();
            isInside = CommandName.Is(cursor.Frame.Name, "MULTI"u8)
                || (isInside && !CommandName.Is(cursor.Frame.Name, "EXEC"u8));
            cursor.Pass();
            if (!isInside && cursor.Position <= keep)
                left = new FollowedPlace(cursor.Position, cursor.Database);
        }
        left.Write(_directory);
        _journal.Trim(left.Position);
    }
}
