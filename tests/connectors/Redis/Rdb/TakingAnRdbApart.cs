using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

public sealed class TakingAnRdbApart
{
    private const int Plenty = 1 << 20;

    private static readonly string[] Keys =
        ["text", "brief", "list", "hash", "scores", "old", "packed", "nodes", "stream"];

    [Fact]
    public async Task Every_key_comes_with_its_type_its_value_and_its_expiry()
    {
        var reader = new RdbReader(new MemoryStream(Sample), Plenty);
        var found = await All(reader);

        Assert.Equal(Keys, found.Select(one => one.Key));
        Assert.Equal([0, 0, 1, 4, 5, 3, 16, 18, 21], found.Select(one => one.Type));
        Assert.Equal([null, 123456789, .. new long?[7]], found.Select(one => one.ExpiresAtMs));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 3], found.Select(one => one.Database));
        Assert.Equal(Text("value"), found[0].Value);
        Assert.Equal(Stream3, found[8].Value);
        Assert.Equal((11, false, 9L, (long)Sample.Length),
            (reader.Version, reader.IsValkey, reader.ExpectedKeys, reader.Position));
        Assert.Equal("7.2.0", reader.Properties["redis-ver"]);
        Assert.Equal("#!lua name=one\n", AsText(Assert.Single(reader.Functions)));
        Assert.False(await reader.Read(CancellationToken.None));
    }

    [Fact]
    public async Task Each_record_starts_where_the_one_before_it_ended_and_its_value_lies_where_it_says()
    {
        var reader = new RdbReader(new MemoryStream(Sample), Plenty);
        var end = 0L;
        while (await reader.Read(CancellationToken.None))
        {
            Assert.True(reader.RecordStart == end || end == 0 || reader.Database == 3);
            Assert.Equal(reader.Position, reader.ValueStart + reader.ValueLength);
            Assert.Equal(reader.Value.ToArray(), Sample[(int)reader.ValueStart..(int)reader.Position]);
            end = reader.Position;
        }
        Assert.Equal(Sample.Length - 9, end);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task However_few_bytes_come_at_once_the_keys_are_the_same(int atOnce)
    {
        var whole = await All(new RdbReader(new MemoryStream(Sample), Plenty));
        var drops = await All(new RdbReader(new Dripping(Sample, atOnce), Plenty));
        Assert.Equal(whole.Select(one => (one.Key, one.Type, AsText(one.Value))),
            drops.Select(one => (one.Key, one.Type, AsText(one.Value))));
    }

    [Fact]
    public async Task A_value_that_is_too_long_to_hold_is_passed_over_and_its_place_is_told()
    {
        var value = new byte[1_000_000];
        byte[] body = [0, .. Text("first"), .. Text("1"), 0, .. Text("large"), 0x80, 0, 0x0f, 0x42, 0x40, .. value,
            0, .. Text("last"), .. Text("2")];
        var file = File("REDIS0009", body);
        var reader = new RdbReader(new Dripping(file, 5000), 1000);
        Assert.True(await reader.Read(CancellationToken.None));
        Assert.True(await reader.Read(CancellationToken.None));
        Assert.Equal((true, "large", value.Length + 5L), (reader.IsLarge, AsText(reader.Key.Span), reader.ValueLength));
        Assert.Equal(0x80, file[reader.ValueStart]);
        Assert.True(await reader.Read(CancellationToken.None));
        Assert.Equal((false, "last"), (reader.IsLarge, AsText(reader.Key.Span)));
        Assert.False(await reader.Read(CancellationToken.None));
    }

    [Fact]
    public async Task A_value_of_many_small_parts_is_passed_over_too()
    {
        byte[] body = [2, .. Text("set"), 0x40, 200, .. Enumerable.Repeat(Text("member"), 200).SelectMany(one => one),
            0, .. Text("last"), .. Text("2")];
        var found = await All(new RdbReader(new Dripping(File("REDIS0009", body), 13), 100));
        Assert.Equal([true, false], found.Select(one => one.IsLarge));
        Assert.Equal([1402, 2], found.Select(one => one.Length));
    }

    [Fact]
    public async Task Keys_are_plain_also_when_the_file_keeps_them_as_numbers_or_compressed()
    {
        byte[] body = [0, 0xc0, 0xff, .. Text("a"), 0, 0xc2, 0x00, 0x00, 0x00, 0x80, .. Text("b"),
            0, 0xc3, 5, 10, 0x00, 0x6b, 0xe0, 0x00, 0x00, .. Text("c")];
        var found = await All(new RdbReader(new MemoryStream(File("REDIS0009", body)), Plenty));
        Assert.Equal(["-1", "-2147483648", new string('k', 10)], found.Select(one => one.Key));
    }

    [Fact]
    public async Task What_says_nothing_about_keys_is_passed_over()
    {
        byte[] body = [247, .. Hex("81 0123456789abcdef 02 01 05 0161 02 07 04 0000000000000000 03 00000000 00"),
            244, 1, 2, 3, 249, 9, 248, 5, 0, .. Text("k"), .. Text("v")];
        var found = await All(new RdbReader(new MemoryStream(File("REDIS0012", body)), Plenty));
        Assert.Equal("k", Assert.Single(found).Key);
    }

    [Fact]
    public async Task The_same_number_means_another_thing_to_each_vendor()
    {
        byte[] hash = [22, .. Text("h"), 1, .. Text("f"), .. Text("v"), .. Hex("ffffffffffffffff")];
        var valkey = await All(new RdbReader(new MemoryStream(File("VALKEY080", hash)), Plenty));
        Assert.Equal(13, Assert.Single(valkey).Length);
        var redis = new RdbReader(new MemoryStream(File("REDIS0012", hash)), Plenty);
        var unknown = await Assert.ThrowsAsync<UnknownRdbTypeException>(() => All(redis));
        Assert.Equal(((byte)22, "h", 12L), (unknown.Type, AsText(unknown.Key), unknown.Position));

        byte[] noted = [243, 1, 0, 0, 0, 1, 2, 5, 0, 0, .. Text("k"), .. Text("v")];
        var reader = new RdbReader(new MemoryStream(File("REDIS0013", noted)), Plenty);
        Assert.True(await reader.Read(CancellationToken.None));
        Assert.True(reader.HasMetadata);
        byte[] import = [243, .. Text("job"), 1, 5, 9, 0, .. Text("k"), .. Text("v")];
        Assert.Single(await All(new RdbReader(new MemoryStream(File("VALKEY080", import)), Plenty)));
    }

    [Fact]
    public async Task A_wrong_checksum_is_an_error_and_one_left_out_is_none()
    {
        var wrong = Sample.ToArray();
        wrong[^1] ^= 1;
        var error = await Assert.ThrowsAsync<RdbException>(() => All(new RdbReader(new MemoryStream(wrong), Plenty)));
        Assert.Equal(Sample.Length - 8, error.Position);
        byte[] without = [.. Sample[..^8], 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(Keys.Length, (await All(new RdbReader(new MemoryStream(without), Plenty))).Count);
    }

    [Fact]
    public async Task Wherever_it_is_cut_the_reader_says_that_it_ended_too_early()
    {
        for (var cut = 0; cut < Sample.Length; cut++)
        {
            var reader = new RdbReader(new MemoryStream(Sample[..cut]), Plenty);
            Assert.Equal(cut, (await Assert.ThrowsAsync<RdbException>(() => All(reader))).Position);
        }
    }

    [Fact]
    public async Task Reading_small_keys_allocates_nothing_for_each_of_them()
    {
        const int keys = 10_000;
        byte[] one = [0, .. Text("key"), .. Text("value")];
        var file = File("REDIS0009", [.. Enumerable.Repeat(one, keys).SelectMany(bytes => bytes)]);
        var least = long.MaxValue;

        // The runtime itself makes some objects when it compiles anew: not each time.
        for (var pass = 0; pass < 5; pass++)
        {
            var reader = new RdbReader(new MemoryStream(file), Plenty);
            await reader.Read(CancellationToken.None);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var count = 1;
            while (await reader.Read(CancellationToken.None))
                count++;
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(keys, count);
        }
        Assert.InRange(least, 0, 1000);
    }

    internal sealed record Found(
        string Key, byte Type, byte[] Value, long? ExpiresAtMs, int Database, bool IsLarge, long Length);

    internal static async Task<List<Found>> All(RdbReader reader)
    {
        var found = new List<Found>();
        while (await reader.Read(CancellationToken.None))
        {
            found.Add(new Found(AsText(reader.Key.Span), reader.Type, reader.Value.ToArray(), reader.ExpiresAtMs,
                reader.Database, reader.IsLarge, reader.ValueLength));
        }
        return found;
    }

    private sealed class Dripping(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(atOnce, buffer.Length)], cancellationToken);
    }
}
