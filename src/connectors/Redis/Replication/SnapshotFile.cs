using Microsoft.Win32.SafeHandles;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>A snapshot while it arrives: written at its end, read from its beginning by others.</summary>
internal sealed class SnapshotFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _length;
    private int _state;

    /// <summary>Begins anew; whoever still reads an earlier one keeps that.</summary>
    internal SnapshotFile(string path)
    {
        File.Delete(path);
        _handle = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Bytes that are here.</summary>
    internal long Length => Interlocked.Read(ref _length);

    internal bool IsComplete => Volatile.Read(ref _state) == 1;

    internal bool IsBroken => Volatile.Read(ref _state) == 2;

    /// <summary>Completes when something has changed since the task was taken.</summary>
    internal Task Changed => Volatile.Read(ref _grown).Task;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, _length);
        Interlocked.Add(ref _length, bytes.Length);
        Signal();
    }

    internal void Complete()
    {
        RandomAccess.FlushToDisk(_handle);
        End(1);
    }

    internal void Fail() => End(2);

    public void Dispose() => _handle.Dispose();

    private void End(int state)
    {
        Volatile.Write(ref _state, state);
        Signal();
    }

    private void Signal() =>
        Interlocked.Exchange(ref _grown, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
