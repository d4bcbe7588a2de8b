using System.Buffers;
using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Writes the parts that values are made of.</summary>
internal static class RdbWriter
{
    internal static void WriteLength(IBufferWriter<byte> to, ulong length)
    {
        var room = to.GetSpan(9);
        switch (length)
        {
            case < 1 << 6:
                room[0] = (byte)length;
                to.Advance(1);
                break;
            case < 1 << 14:
                BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)(0x4000 | length));
                to.Advance(2);
                break;
            case <= uint.MaxValue:
                room[0] = 0x80;
                BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)length);
                to.Advance(5);
                break;
            default:
                room[0] = 0x81;
                BinaryPrimitives.WriteUInt64BigEndian(room[1..], length);
                to.Advance(9);
                break;
        }
    }

    internal static void WriteString(IBufferWriter<byte> to, ReadOnlySpan<byte> plain)
    {
        WriteLength(to, (ulong)plain.Length);
        to.Write(plain);
    }

    internal static void WriteInt64(IBufferWriter<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), number);
        to.Advance(8);
    }

    internal static void WriteScoreText(IBufferWriter<byte> to, double score)
    {
        if (double.IsFinite(score))
        {
            var text = ScoreText.Write(score);
            to.Write([(byte)text.Length]);
            to.Write(text);
            return;
        }
        to.Write(score switch
        {
            double.PositiveInfinity => [ScoreText.PlusInfinity],
            double.NegativeInfinity => [ScoreText.MinusInfinity],
            _ => (ReadOnlySpan<byte>)[ScoreText.NotANumber],
        });
    }
}
