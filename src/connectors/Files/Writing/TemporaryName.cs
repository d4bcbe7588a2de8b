using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Digests;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Names for entries that are not complete yet.</summary>
internal static class TemporaryName
{
    private static ulong _last = unchecked((ulong)Posix.FileClock() * 0x9e3779b97f4a7c15);

    /// <summary>One that was not given before.</summary>
    internal static byte[] Next(string mark) => OwnNames.Temporary(mark, Interlocked.Increment(ref _last));

    /// <summary>Always the same for a path, so that a copy that was cut off is found again.</summary>
    internal static byte[] For(string mark, ReadOnlySpan<byte> path) => OwnNames.Temporary(mark, XxHash64.Hash(path));
}
