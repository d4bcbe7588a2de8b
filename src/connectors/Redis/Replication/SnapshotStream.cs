using Microsoft.Win32.SafeHandles;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Reads a snapshot from its beginning; where it is still arriving, a read waits for more.</summary>
/// <param name="file">The bytes; stays the caller's.</param>
/// <param name="arriving">What writes it; null when it is complete.</param>
/// <param name="start">The first byte that is read.</param>
internal sealed class SnapshotStream(SafeFileHandle file, SnapshotFile? arriving, long start = 0) : Stream
{
    private long _at = start;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var changed = arriving?.Changed;
            var isComplete = arriving is null || arriving.IsComplete;
            if (arriving is { IsBroken: true })
                throw new EndOfStreamException("The link broke while the snapshot arrived.");
            var room = isComplete ? buffer.Length : (int)Math.Min(buffer.Length, arriving!.Length - _at);
            var count = room > 0 ? RandomAccess.Read(file, buffer.Span[..room], _at) : 0;
            _at += count;
            if (count > 0 || isComplete)
                return count;
            await changed!.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
