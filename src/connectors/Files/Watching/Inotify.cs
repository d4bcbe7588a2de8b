using System.Buffers.Binary;
using System.Text;
using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Watching;

/// <summary>One inotify instance and the means to interrupt who waits for it.</summary>
internal sealed class Inotify : IDisposable
{
    private const int BufferSize = 1 << 16;
    private readonly Descriptor _events;
    private readonly Descriptor _stop;
    private readonly byte[] _buffer = new byte[BufferSize];

    internal Inotify(ReadOnlySpan<byte> root)
    {
        var events = Posix.WatchInstance();
        if (events < 0)
            throw FilesProblems.From(events, "watch", root);
        _events = new Descriptor(events);
        _stop = new Descriptor(Posix.Signal());
    }

    internal delegate void EventHandler(int watch, uint mask, ReadOnlySpan<byte> name);

    /// <summary>Watches an open directory; the same number again when it is watched already.</summary>
    internal int Add(int directory, uint mask) =>
        Posix.Watch(_events.Number, Encoding.ASCII.GetBytes($"/proc/self/fd/{directory}"), mask);

    internal void Remove(int watch) => _ = Posix.Unwatch(_events.Number, watch);

    /// <summary>Waits for events.</summary>
    /// <returns>False when it was interrupted for good.</returns>
    internal bool Wait() => Posix.WaitForEither(_events.Number, _stop.Number);

    /// <summary>Hands over some of the events that are there; one caller at a time.</summary>
    /// <returns>False when there were none.</returns>
    internal bool Read(EventHandler handle)
    {
        var filled = Posix.ReadNow(_events.Number, _buffer);
        // struct inotify_event: watch, mask, cookie, length of the name, name padded with zeros.
        for (var rest = _buffer.AsSpan(0, Math.Max(0, filled)); !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            var name = rest.Slice(16, length);
            var end = name.IndexOf((byte)0);
            handle(
                BinaryPrimitives.ReadInt32LittleEndian(rest), BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]),
                end < 0 ? name : name[..end]);
            rest = rest[(16 + length)..];
        }
        return filled > 0;
    }

    internal void Interrupt() => Posix.Raise(_stop.Number);

    public void Dispose()
    {
        _events.Dispose();
        _stop.Dispose();
    }
}
