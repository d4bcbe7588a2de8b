using Godwit.Connectors.Redis.Rdb;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Rdb;

/// <summary>Bytes that chance changes: <c>GODWIT_SEED</c> repeats them, <c>GODWIT_SOAK=1</c> takes hundreds of times as
/// many.</summary>
public sealed class HarmingAnRdb(ITestOutputHelper output)
{
    private const long MostAllocated = 16 << 20;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("GODWIT_SOAK") == "1" ? 5_000_000 : 20_000;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("GODWIT_SEED"), out var seed)
        ? seed
        : Random.Shared.Next(100_000);

    [Fact]
    public async Task However_the_bytes_are_harmed_a_reader_ends_with_keys_or_says_what_is_wrong()
    {
        output.WriteLine($"GODWIT_SEED={Seed}, {Rounds} files");
        var chance = new Random(Seed);
        var (whole, damaged, unknown) = (0, 0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var file = Harm(Sample, chance);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                await ReadAndUse(new RdbReader(new MemoryStream(file), chance.Next(1, 2000)));
                whole++;
            }
            catch (RdbException error)
            {
                Assert.InRange(error.Position, 0, file.Length + 9);
                damaged++;
            }
            catch (UnknownRdbTypeException)
            {
                unknown++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
        output.WriteLine($"{whole} whole, {damaged} damaged, {unknown} unknown");
        Assert.True(whole > 0 && damaged > whole && unknown > 0);
    }

    [Fact]
    public void However_a_value_is_harmed_it_is_decoded_or_said_to_be_damaged()
    {
        output.WriteLine($"GODWIT_SEED={Seed}, {Rounds} values");
        var chance = new Random(Seed);
        var values = Values();
        var (whole, damaged) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (type, value) = values[chance.Next(values.Length)];
            var harmed = Harm(value, chance);
            var before = GC.GetAllocatedBytesForCurrentThread();
            if (Use(type, harmed, type == RdbType.ValkeyHash))
                whole++;
            else
                damaged++;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }
        Assert.True(whole > Rounds / 100 && damaged > Rounds / 100, $"{whole} whole, {damaged} damaged");
    }

    [Fact]
    public void Values_that_are_not_harmed_are_decoded() =>
        Assert.All(Values(), one => Assert.True(Use(one.Type, one.Value, one.Type == RdbType.ValkeyHash)));

    /// <summary>One value of each encoding.</summary>
    private static (byte Type, byte[] Value)[] Values()
    {
        var pack = Blob(Listpack("8166 02", "07 01", "8167 02", "c0 80 02"));
        var fields = Blob(Listpack("8166 02", "07 01", "00 01", "8167 02", "c0 80 02", "f1 0100 03"));
        var list = Blob(Hex("15000000 12000000 0400 00f2 02 0135 03fe05 03f3 ff"));
        var small = new (byte, byte[])[]
        {
            (RdbType.String, Hex("c3 05 0a 00 6b e0 00 00")), (RdbType.List, [2, .. Text("a"), .. Text("b")]),
            (RdbType.Hash, [1, .. Text("f"), .. Text("v")]), (RdbType.SortedSet, Hex("01 016d 000000000000f83f")),
            (RdbType.SortedSetText, Hex("02 016d 03312e35 016e fe")),
            (RdbType.HashZipmap, Hex("0b 01 01 66 05 00 76616c7565 ff")),
            (RdbType.SetIntset, Hex("0c 02000000 02000000 ffff 0500")),
            (RdbType.ValkeyHash, Hex("01 0166 0176 ed03000000000000")),
            (RdbType.HashWithTtls, Hex("e803000000000000 01 06 0167 0177")),
        };
        return
        [
            .. small, (RdbType.HashListpack, pack), (RdbType.SetListpack, pack), (RdbType.SortedSetListpack, pack),
            (RdbType.ListOfListpacks, [2, 1, .. Text("a"), 2, .. pack]), (RdbType.ListZiplist, list),
            (RdbType.HashZiplist, list), (RdbType.SortedSetZiplist, list), (RdbType.ListOfZiplists, [1, .. list]),
            (RdbType.HashListpackWithTtls, [.. new byte[8], .. fields]),
            (RdbType.Stream1, Stream1), (RdbType.Stream2, Stream2), (RdbType.Stream3, Stream3),
        ];
    }

    private static async Task ReadAndUse(RdbReader reader)
    {
        while (await reader.Read(CancellationToken.None))
        {
            if (!reader.IsLarge)
                Use(reader.Type, reader.Value.ToArray(), reader.IsValkey);
        }
    }

    private static bool Use(byte type, byte[] value, bool isValkey)
    {
        try
        {
            var at = 0;
            var walked = new ValueWalker(RdbType.Shape(type, isValkey)!).Walk(value, ref at, 0);
            ValueEncoder.Encode(type, value, isValkey, 6);
            ValueEncoder.Encode(type, value, isValkey, 10);
            var elements = ValueElements.Decode(type, value, isValkey);
            Assert.True(walked && at == value.Length, "what can be decoded has an end");
            foreach (var command in ElementCommands.Make(new byte[] { 1 }, elements, 11))
                Assert.InRange(command.Count, 3, int.MaxValue);
            return true;
        }
        catch (Exception error) when (error is RdbException or UnknownRdbTypeException)
        {
            return false;
        }
    }

    /// <summary>Changes some bytes, cuts, repeats a part, or leaves everything as it is.</summary>
    private static byte[] Harm(byte[] bytes, Random chance)
    {
        var harmed = bytes.ToList();
        for (var times = chance.Next(4); times > 0 && harmed.Count > 0; times--)
        {
            var at = chance.Next(harmed.Count);
            switch (chance.Next(5))
            {
                case 0:
                    harmed.RemoveRange(at, Math.Min(chance.Next(1, 9), harmed.Count - at));
                    break;
                case 1:
                    harmed.InsertRange(at, harmed.GetRange(at, Math.Min(chance.Next(1, 9), harmed.Count - at)));
                    break;
                case 2:
                    harmed[at] = (byte)(harmed[at] ^ (1 << chance.Next(8)));
                    break;
                case 3:
                    harmed[at] = Telling[chance.Next(Telling.Length)];
                    break;
                default:
                    harmed[at] = (byte)chance.Next(256);
                    break;
            }
        }
        return [.. harmed];
    }

    /// <summary>Bytes that mean much: string forms, long lengths, ends, opcodes.</summary>
    private static byte[] Telling { get; } =
        [0, 1, 0x7f, 0x80, 0x81, 0xc0, 0xc3, 0xe0, 0xf0, 0xf4, 0xfe, 0xff, 243, 247];
}
