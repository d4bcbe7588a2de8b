using System.Buffers.Binary;
using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Which messages of its streams a broker as source has handed out. May be used by several threads at
/// once.</summary>
/// <remarks>
/// Goes with the <see cref="SentLedger"/>, and is on the disk before it: what is pending here under a number that is
/// not known there was told to nobody.
/// </remarks>
internal sealed class SentStreams(LedgerFile file)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ulong> _next = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StreamBlocks> _blocks = new(StringComparer.Ordinal);
    private bool _isRead;
    private ulong _number;
    private PendingSpan[] _pending = [];

    /// <summary>The offset up to which a stream was handed out and taken; null before the first batch.</summary>
    internal ulong? Next(string stream)
    {
        lock (_lock)
        {
            Read();
            return _next.TryGetValue(stream, out var next) ? next : null;
        }
    }

    /// <summary>Everything of a stream that was taken.</summary>
    internal StreamBlocks Blocks(string stream)
    {
        lock (_lock)
        {
            Read();
            return _blocks.GetValueOrDefault(stream, StreamBlocks.None);
        }
    }

    /// <summary>What of the streams is in the batch of that number; nothing where it is not pending.</summary>
    internal IReadOnlyList<PendingSpan> Pending(ulong number)
    {
        lock (_lock)
        {
            Read();
            return number == _number ? _pending : [];
        }
    }

    /// <summary>A batch that has something of streams in it. On the disk when this returns.</summary>
    internal void Begin(ulong number, IReadOnlyList<PendingSpan> spans)
    {
        lock (_lock)
        {
            Read();
            (_number, _pending) = (number, [.. spans]);
            Write();
        }
    }

    /// <summary>All batches up to a number were taken. Remembered at the broker; here with the next batch.</summary>
    internal void Fold(ulong taken)
    {
        lock (_lock)
        {
            Read();
            if (_number > taken)
                return;
            foreach (var span in _pending)
            {
                _next[span.Stream] = span.End;
                _blocks[span.Stream] = _blocks.GetValueOrDefault(span.Stream, StreamBlocks.None).Add(span.Units);
            }
            _pending = [];
        }
    }

    internal void Delete()
    {
        lock (_lock)
        {
            file.Delete();
            Clear();
        }
    }

    private void Clear()
    {
        _next.Clear();
        _blocks.Clear();
        (_number, _pending) = (0, []);
    }

    private void Read()
    {
        if (_isRead)
            return;
        Clear();
        file.Read(Take);
        _isRead = true;
    }

    private void Take(BinaryReader from)
    {
        for (var left = from.ReadInt32(); left > 0; left--)
            _next.Add(from.ReadString(), from.ReadUInt64());
        for (var left = from.ReadInt32(); left > 0; left--)
            _blocks.Add(from.ReadString(), StreamBlocks.Read(from));
        _number = from.ReadUInt64();
        var pending = new PendingSpan[from.ReadInt32()];
        for (var at = 0; at < pending.Length; at++)
            pending[at] = TakeSpan(from);
        _pending = pending;
    }

    private static PendingSpan TakeSpan(BinaryReader from)
    {
        var (stream, end) = (from.ReadString(), from.ReadUInt64());
        var units = new UnitMark[from.ReadInt32()];
        for (var at = 0; at < units.Length; at++)
            units[at] = new UnitMark(
                from.ReadUInt64(), from.ReadUInt32(), BinaryPrimitives.ReadUInt128BigEndian(from.ReadBytes(16)));
        return new PendingSpan(stream, end, units);
    }

    /// <summary>What could not be written is not so: the file is read again then.</summary>
    private void Write()
    {
        _isRead = false;
        file.Write(to =>
        {
            to.Write(_next.Count);
            foreach (var (stream, next) in _next)
            {
                to.Write(stream);
                to.Write(next);
            }
            to.Write(_blocks.Count);
            foreach (var (stream, blocks) in _blocks)
            {
                to.Write(stream);
                blocks.Write(to);
            }
            to.Write(_number);
            to.Write(_pending.Length);
            foreach (var span in _pending)
                Write(to, span);
        });
        _isRead = true;
    }

    private static void Write(BinaryWriter to, PendingSpan span)
    {
        to.Write(span.Stream);
        to.Write(span.End);
        to.Write(span.Units.Count);
        Span<byte> hash = stackalloc byte[16];
        foreach (var unit in span.Units)
        {
            to.Write(unit.Offset);
            to.Write(unit.Records);
            BinaryPrimitives.WriteUInt128BigEndian(hash, unit.Hash);
            to.Write(hash);
        }
    }
}
