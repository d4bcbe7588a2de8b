using System.Buffers.Binary;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>How a list of hashes lies in a ledger: the queues' names once, then for each message a number and a
/// hash.</summary>
internal static class Hashes
{
    internal static void Write(BinaryWriter file, IReadOnlyList<QueuedHash> hashes)
    {
        var queues = hashes.Select(one => one.Queue).Distinct(StringComparer.Ordinal).ToList();
        file.Write(queues.Count);
        foreach (var queue in queues)
            file.Write(queue);
        file.Write(hashes.Count);
        Span<byte> bytes = stackalloc byte[16];
        foreach (var (queue, hash) in hashes)
        {
            file.Write(queues.IndexOf(queue));
            BinaryPrimitives.WriteUInt128BigEndian(bytes, hash);
            file.Write(bytes);
        }
    }

    internal static IReadOnlyList<QueuedHash> Read(BinaryReader file)
    {
        var queues = new string[file.ReadInt32()];
        for (var at = 0; at < queues.Length; at++)
            queues[at] = file.ReadString();
        var hashes = new QueuedHash[file.ReadInt32()];
        for (var at = 0; at < hashes.Length; at++)
            hashes[at] = new QueuedHash(
                queues[file.ReadInt32()], BinaryPrimitives.ReadUInt128BigEndian(file.ReadBytes(16)));
        return hashes;
    }
}
