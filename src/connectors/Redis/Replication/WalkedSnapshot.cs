using System.Buffers;
using System.Text;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Makes a snapshot of a server that gives none: walks through its keys and writes them as one.</summary>
/// <remarks>It is of no single moment. Each key is as it was at some moment since the walk began; whoever makes it
/// hears of every later touch.</remarks>
/// <param name="session">The server.</param>
/// <param name="reading">A connection of its own.</param>
/// <param name="streams">Gets to know the streams.</param>
internal sealed class WalkedSnapshot(RedisSession session, RedisConnection reading, KnownStreams streams)
{
    private const byte SelectDatabase = 0xFE;
    private const byte ExpiresAt = 0xFC;
    private const byte End = 0xFF;
    private const int Room = 1 << 20;

    // A checksum of zero stands for none.
    private static readonly byte[] NoChecksum = new byte[8];

    internal async Task Write(SnapshotFile file, int database, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>(Room);
        bytes.Write(Encoding.ASCII.GetBytes(session.Facts.IsValkey ? "VALKEY080" : "REDIS0012"));
        bytes.Write([SelectDatabase]);
        RdbWriter.WriteLength(bytes, (ulong)database);
        await foreach (var (_, key, state) in new KeyWalk(session, reading).Read(database, cancellation)
            .ConfigureAwait(false))
        {
            streams.Note(key, state?.Payload);
            Add(bytes, key, state);
            if (bytes.WrittenCount < Room)
                continue;
            file.Append(bytes.WrittenSpan);
            bytes.ResetWrittenCount();
        }
        bytes.Write([End]);
        bytes.Write(NoChecksum);
        file.Append(bytes.WrittenSpan);
    }

    private static void Add(IBufferWriter<byte> bytes, byte[] key, (byte[] Payload, long Expires)? state)
    {
        if (state is not var (payload, expires))
            return;
        if (expires >= 0)
        {
            bytes.Write([ExpiresAt]);
            RdbWriter.WriteInt64(bytes, expires);
        }
        var value = RestorePayload.Parse(payload);
        bytes.Write([value.Type]);
        RdbWriter.WriteString(bytes, key);
        bytes.Write(value.Value.Span);
    }
}
