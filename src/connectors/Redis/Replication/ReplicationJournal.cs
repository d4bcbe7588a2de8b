using System.Globalization;
using System.Text.Json;
using Godwit.Connectors.Kit;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>What a server has told a replica, byte for byte, on this machine's disk, until the target has it.</summary>
/// <remarks>
/// <para>A server keeps little of what it tells (a backlog of 1 MB, buffers that end the link when they overflow), so
/// the link is read as fast as it comes and everything else reads from here. A position is a place in this journal;
/// it differs from the server's offset by <see cref="JournalState.Shift"/>, and never goes back, whatever history the
/// server begins.</para>
/// <para>One task appends, one trims, several read. Bounded by <see cref="MostBytes"/> and by the room on the
/// disk.</para>
/// </remarks>
internal sealed class ReplicationJournal : IDisposable
{
    private const long SegmentBytes = 64L << 20;
    private const string Prefix = "changes-";

    private readonly string _directory;
    private readonly string _shown;
    private readonly Lock _lock = new();
    private readonly SortedList<long, JournalSegment> _segments = [];
    private JournalState _state;
    private TaskCompletionSource _grown = NewSignal();
    private long _end;

    private ReplicationJournal(string directory, string shown, JournalState state) =>
        (_directory, _shown, _state) = (directory, shown, state);

    /// <summary>More than this is not kept; then the link has to end.</summary>
    internal static long MostBytes => 256L << 30;

    /// <summary>Room that is left to others on the same disk.</summary>
    internal static long LeastFree => 256L << 20;

    internal JournalState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Position behind the last byte.</summary>
    internal long End => Interlocked.Read(ref _end);

    /// <summary>Position of the oldest byte that is still here.</summary>
    internal long Begin
    {
        get
        {
            lock (_lock)
                return _segments.Count > 0 ? _segments.Keys[0] : _end;
        }
    }

    internal string SnapshotPath => Path.Combine(_directory, "snapshot.rdb");

    /// <summary>Opens what an earlier life left, or begins anew.</summary>
    internal static ReplicationJournal Open(string directory, string shown, Func<double> chance)
    {
        Directory.CreateDirectory(directory);
        var state = Read(directory) ?? new JournalState { Timeline = 1 + (uint)(chance() * (uint.MaxValue - 1)) };
        var journal = new ReplicationJournal(directory, shown, state);
        journal.Load();
        return journal;
    }

    /// <summary>Removes all that a journal left in a folder.</summary>
    internal static void Delete(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>A history begins: with a snapshot, or with what comes after it only.</summary>
    /// <returns>The position of the snapshot; what comes after it follows there.</returns>
    internal long StartHistory(string history, long offset)
    {
        lock (_lock)
        {
            var start = _state.History is null ? offset : Math.Max(_end + 1, offset);
            foreach (var segment in _segments.Values)
                Remove(segment);
            _segments.Clear();
            Interlocked.Exchange(ref _end, start);
            Save(_state with
            {
                History = history, Shift = start - offset, Start = start, HasSnapshot = false, Synced = start,
            });
            return start;
        }
    }

    /// <summary>The snapshot that begins the history is here.</summary>
    internal void SnapshotIsHere()
    {
        lock (_lock)
            Save(_state with { HasSnapshot = true });
        Signal();
    }

    /// <summary>The server goes on under another name.</summary>
    internal void Rename(string history)
    {
        lock (_lock)
            Save(_state with { History = history });
        Signal();
    }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var segment = SegmentForAppend();
        RandomAccess.Write(segment.Handle, bytes, _end - segment.Start);
        Interlocked.Add(ref _end, bytes.Length);
        Signal();
    }

    /// <summary>Bytes from a position on.</summary>
    /// <returns>How many; 0 at the end.</returns>
    /// <exception cref="GodwitException">A new history has begun meanwhile.</exception>
    internal int Read(long at, Span<byte> into)
    {
        JournalSegment? segment;
        long end;
        lock (_lock)
        {
            if (at < _state.Start)
                throw new GodwitException(RedisProblems.NewHistory(_shown));

            // The end moves when the bytes before it are in a segment: asked first, it is covered by those found here.
            end = End;
            segment = _segments.Values.LastOrDefault(one => one.Start <= at);
        }
        if (at >= end)
            return 0;
        if (segment is null)
            throw new InvalidOperationException("The journal was trimmed beyond its reader.");
        var there = (int)Math.Min(into.Length, end - at);
        return RandomAccess.Read(segment.Handle, into[..there], at - segment.Start);
    }

    /// <summary>Completes when something has been appended since the task was taken.</summary>
    internal Task Grown => Volatile.Read(ref _grown).Task;

    /// <summary>Makes what is here survive a crash of the machine.</summary>
    /// <returns>Up to where.</returns>
    internal long Sync()
    {
        JournalSegment? last;
        var end = End;
        lock (_lock)
            last = _segments.Count > 0 ? _segments.Values[^1] : null;
        if (last is null)
            return end;
        RandomAccess.FlushToDisk(last.Handle);
        lock (_lock)
            Save(_state with { Synced = Math.Max(_state.Synced, end) });
        return end;
    }

    /// <summary>Forgets what ends at or before a position.</summary>
    internal void Trim(long durable)
    {
        lock (_lock)
        {
            while (_segments.Count > 1 && _segments.Keys[1] <= durable)
            {
                Remove(_segments.Values[0]);
                _segments.RemoveAt(0);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var segment in _segments.Values)
                segment.Dispose();
            _segments.Clear();
        }
    }

    /// <summary>Wakes whoever waits for <see cref="Grown"/>.</summary>
    internal void Signal() => Interlocked.Exchange(ref _grown, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static JournalState? Read(string directory)
    {
        var path = Path.Combine(directory, "state.json");
        return File.Exists(path)
            ? JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalStateJson.Default.JournalState)
            : null;
    }

    private static string ThisBoot()
    {
        const string path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    private void Load()
    {
        foreach (var path in Directory.EnumerateFiles(_directory, Prefix + "*"))
        {
            var start = long.Parse(Path.GetFileName(path)[Prefix.Length..], CultureInfo.InvariantCulture);
            _segments.Add(start, new JournalSegment(path, start));
        }
        _end = _segments.Count > 0
            ? _segments.Keys[^1] + RandomAccess.GetLength(_segments.Values[^1].Handle)
            : _state.Start;
        if (_state.Boot != ThisBoot() && _end > _state.Synced)
            Shorten(_state.Synced);
    }

    /// <summary>What was not synced before the machine went down may be anything.</summary>
    private void Shorten(long end)
    {
        while (_segments.Count > 0 && _segments.Keys[^1] > end)
        {
            Remove(_segments.Values[^1]);
            _segments.RemoveAt(_segments.Count - 1);
        }
        if (_segments.Count > 0)
            RandomAccess.SetLength(_segments.Values[^1].Handle, end - _segments.Keys[^1]);
        _end = end;
    }

    private JournalSegment SegmentForAppend()
    {
        lock (_lock)
        {
            if (_segments.Count > 0 && _end - _segments.Keys[^1] < SegmentBytes)
                return _segments.Values[^1];
            if (_segments.Count > 0)
                RandomAccess.FlushToDisk(_segments.Values[^1].Handle);
            RefuseToOverflow();
            var path = Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_end:D20}"));
            var segment = new JournalSegment(path, _end);
            _segments.Add(_end, segment);
            return segment;
        }
    }

    private void RefuseToOverflow()
    {
        var held = _segments.Count > 0 ? _end - _segments.Keys[0] : 0;
        var free = new DriveInfo(_directory).AvailableFreeSpace;
        if (held + SegmentBytes > MostBytes || free < SegmentBytes + LeastFree)
            throw new GodwitException(RedisProblems.JournalFull(_shown, _directory, held, free));
    }

    private static void Remove(JournalSegment segment)
    {
        segment.Dispose();
        File.Delete(segment.Path);
    }

    private void Save(JournalState state)
    {
        _state = state with { Boot = ThisBoot() };
        SmallFile.Replace(
            Path.Combine(_directory, "state.json"),
            JsonSerializer.SerializeToUtf8Bytes(_state, JournalStateJson.Default.JournalState));
    }
}
