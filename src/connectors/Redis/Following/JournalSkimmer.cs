using System.Globalization;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Replication;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Forgets what a server tells while nobody wants to hear it: of a target, until traffic goes there. Only
/// which database is selected has to be known when somebody begins to read.</summary>
/// <remarks>
/// Invariant: nothing is forgotten behind the last <see cref="Keep"/>, and nothing at all while somebody reads. A place
/// that it leaves is never inside a transaction.
/// </remarks>
internal sealed class JournalSkimmer(ReplicationJournal journal, string directory, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A handover that is undone reads on soon.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Task _running = Task.CompletedTask;
    private long _restSince;
    private bool _isRead;

    private string KeepPath => Path.Combine(directory, "keep");

    internal void Start() => _running = Task.Run(Run);

    /// <summary>Somebody may begin to read at a position that is found out while nothing is forgotten.</summary>
    internal async Task<T> Keep<T>(Func<Task<(T Result, long Position)>> find, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var (result, position) = await find().ConfigureAwait(false);
            if (!_isRead)
                await File.WriteAllTextAsync(
                    KeepPath, position.ToString(CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false);
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

    /// <summary>Nobody reads any more.</summary>
    internal async Task EndReading(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        (_isRead, _restSince) = (false, clock.GetTimestamp());
        File.Delete(KeepPath);
        _turn.Release();
    }

    /// <summary>Forgets what may be forgotten now.</summary>
    internal async Task Skim(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_isRead && (_restSince == 0 || clock.GetElapsedTime(_restSince) > Rest))
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
            await Task.Delay(Interval, clock, _closing.Token).ConfigureAwait(false);
            await Skim(_closing.Token).ConfigureAwait(false);
        }
    }

    private void Forget(CancellationToken cancellation)
    {
        var keep = File.Exists(KeepPath)
            ? long.Parse(File.ReadAllText(KeepPath), CultureInfo.InvariantCulture)
            : long.MaxValue;
        var start = journal.State.Start;
        var place = FollowedPlace.Read(directory);
        if (place is null || place.Position < start)
            place = new FollowedPlace(start, 0);
        if (place.Position < journal.Begin || place.Position >= Math.Min(keep, journal.End))
            return;
        var left = place;
        var cursor = new ChangeCursor(journal);
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
        left.Write(directory);
        journal.Trim(left.Position);
    }
}
