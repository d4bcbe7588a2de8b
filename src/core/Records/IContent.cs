namespace Godwit.Core.Records;

/// <summary>The bytes of one file or object, read by offset, so that a big one can be resumed.</summary>
public interface IContent : IAsyncDisposable
{
    /// <summary>Length in bytes when it was opened.</summary>
    long Length { get; }

    /// <summary>The next range that holds data at or after <paramref name="offset"/>; everything between is a
    /// hole.</summary>
    /// <returns>Start and end (exclusive); start equals <see cref="Length"/> when only a hole is left.</returns>
    (long Start, long End) DataAt(long offset);

    /// <summary>Reads at an offset. Returns how many bytes were read; 0 only at the end.</summary>
    ValueTask<int> Read(long offset, Memory<byte> into, CancellationToken cancellation);

    /// <summary>Whether the content is still what it was when it was opened (same identity, size and times).</summary>
    bool IsUnchanged();
}
