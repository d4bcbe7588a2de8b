using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>The messages of one transaction that has not ended, in a file.</summary>
/// <remarks>Each is four bytes of length, most significant first, and the message as it would be told outside of a
/// stream. Memory grows with the number of subtransactions only.</remarks>
internal sealed class StreamedTransaction(string path) : IAsyncDisposable
{
    private const int BufferSize = 1 << 16;

    private readonly FileStream _file = new(
        path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = BufferSize,
        });

    private readonly Dictionary<uint, long> _begins = [];
    private readonly byte[] _length = new byte[sizeof(int)];

    /// <param name="by">The transaction or subtransaction whose message it is.</param>
    /// <param name="message">Without the number of its transaction.</param>
    /// <param name="cancellation">Ends the writing.</param>
    internal async ValueTask Add(uint by, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        _begins.TryAdd(by, _file.Position);
        BinaryPrimitives.WriteInt32BigEndian(_length, message.Length);
        await _file.WriteAsync(_length, cancellation).ConfigureAwait(false);
        await _file.WriteAsync(message, cancellation).ConfigureAwait(false);
    }

    /// <summary>A subtransaction was rolled back: everything since its first message was of it, or of those within
    /// it.</summary>
    internal void RollBack(uint subtransaction)
    {
        if (!_begins.TryGetValue(subtransaction, out var begin))
            return;
        _file.SetLength(begin);
        _file.Position = begin;
        foreach (var (gone, _) in _begins.Where(one => one.Value >= begin).ToList())
            _begins.Remove(gone);
    }

    /// <summary>All messages in the order of their coming. A message is valid until the next is asked for.</summary>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        var end = _file.Position;
        _file.Position = 0;
        var buffer = Array.Empty<byte>();
        while (_file.Position < end)
        {
            await _file.ReadExactlyAsync(_length, cancellation).ConfigureAwait(false);
            var length = BinaryPrimitives.ReadInt32BigEndian(_length);
            if (buffer.Length < length)
                buffer = new byte[Math.Max(length, BufferSize)];
            await _file.ReadExactlyAsync(buffer.AsMemory(0, length), cancellation).ConfigureAwait(false);
            yield return buffer.AsMemory(0, length);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
