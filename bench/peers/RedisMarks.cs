using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Elements of the list <c>marks</c>: each is its own place in the list, from 1 on.</summary>
internal sealed class RedisMarks(int port) : IMarks
{
    private const string Key = "marks";

    private readonly RedisWire _wire = new(port);

    public long Last() => (long)_wire.Call("LLEN", Key)!;

    public void Write(long number) => _wire.Call("RPUSH", Key, Text(number));

    public IReadOnlyList<long> After(long number) =>
        [.. ((object?[])_wire.Call("LRANGE", Key, Text(number), "-1")!)
            .Select(one => long.Parse(RedisServers.Text(one), CultureInfo.InvariantCulture))];

    public void Dispose() => _wire.Dispose();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
