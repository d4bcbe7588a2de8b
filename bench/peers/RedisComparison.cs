using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>Compares two servers by their own digests.</summary>
internal static class RedisComparison
{
    /// <summary>Keys that are not at the target as they are at the source, without those in which Godwit remembers
    /// how far it is: these are removed.</summary>
    /// <returns>At least one when the servers' digests differ.</returns>
    internal static long CountWrong(RedisServers servers)
    {
        using var source = new RedisWire(servers.SourcePort);
        using var target = new RedisWire(servers.TargetPort);
        foreach (var own in Keys(target, "__gw:*"))
            target.Call("UNLINK", own);
        string Digest(RedisWire wire) => RedisServers.Text(wire.Call("DEBUG", "DIGEST"));
        if (Digest(source) == Digest(target))
            return 0;
        var differing = Keys(source, "*").Chunk(1000)
            .Sum(some => Digests(source, some).Zip(Digests(target, some)).LongCount(pair => pair.First != pair.Second));
        return Math.Max(1, differing);
    }

    /// <summary>Writes commands that make every key of the source.</summary>
    internal static void SaveRestores(RedisServers servers, string path)
    {
        using var source = new RedisWire(servers.SourcePort);
        using var file = new BufferedStream(File.Create(path), 1 << 20);
        foreach (var some in Keys(source, "*").Chunk(1000))
        {
            foreach (var key in some)
                source.Add("DUMP", key);
            foreach (var (key, payload) in some.Zip(source.Send()))
                RedisWire.Write(file, "RESTORE", key, "0", payload!, "REPLACE");
        }
    }

    private static string[] Digests(RedisWire wire, byte[][] keys) =>
        [.. ((object?[])wire.Call(["DEBUG", "DIGEST-VALUE", .. keys])!).Select(RedisServers.Text)];

    /// <summary>All keys; one may come twice.</summary>
    private static IEnumerable<byte[]> Keys(RedisWire wire, string pattern)
    {
        object cursor = "0"u8.ToArray();
        do
        {
            var reply = (object?[])wire.Call("SCAN", cursor, "MATCH", pattern, "COUNT", "1000")!;
            foreach (var key in (object?[])reply[1]!)
                yield return (byte[])key!;
            cursor = reply[0]!;
        }
        while (Encoding.ASCII.GetString((byte[])cursor) != "0");
    }
}
