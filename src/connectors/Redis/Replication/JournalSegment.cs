using Microsoft.Win32.SafeHandles;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>One file of a journal: the bytes from <see cref="Start"/> on.</summary>
internal sealed class JournalSegment(string path, long start) : IDisposable
{
    internal long Start { get; } = start;

    internal string Path { get; } = path;

    internal SafeFileHandle Handle { get; } = File.OpenHandle(
        path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public void Dispose() => Handle.Dispose();
}
