using System.Collections.Concurrent;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Writing;

/// <summary>What the directories shall have whose record comes with one chunk and whose last entries with
/// another.</summary>
/// <remarks>Chunks are written side by side: without this the later one would put back what the directory had while the
/// earlier one was at work. Holds the directories that lead to the chunks' bounds only.</remarks>
internal sealed class SharedDirectories
{
    private readonly ConcurrentDictionary<byte[], EntryMetadata> _wanted = new(PathBytes.Comparer);

    /// <summary>Notes a directory of a chunk that ends at a path, if other chunks will write into it.</summary>
    internal void Note(ReadOnlySpan<byte> directory, byte[]? end, in EntryMetadata wanted)
    {
        if (end is not null && PathOrder.IsWithin(end, directory) && end.Length > directory.Length)
            _wanted[directory.ToArray()] = wanted;
    }

    internal EntryMetadata? Wanted(byte[] directory) =>
        _wanted.TryGetValue(directory, out var wanted) ? wanted : null;
}
