using System.Text;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Commands;

public sealed class ReadingFrames(ITestOutputHelper output)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);

    [Fact]
    public void Each_command_of_a_stream_is_found_with_its_arguments()
    {
        byte[] stream = [.. Words.Bytes("SELECT 0"), .. Words.Bytes("SET k \"\""), .. Words.Bytes("PING")];
        var reader = new CommandFrameReader();
        Assert.Equal(FrameStatus.Complete, reader.Read(stream));
        Assert.Equal(23, reader.Consumed);
        Assert.Equal("SELECT 0", Words.Text(reader.Frame(stream)));
        Assert.Equal("SELECT 0"u8.Length + 15, reader.Frame(stream).Bytes.Length);

        Assert.Equal(FrameStatus.Complete, reader.Read(stream.AsSpan(23)));
        var set = reader.Frame(stream.AsSpan(23));
        Assert.Equal(3, set.Count);
        Assert.True(set[2].IsEmpty);
        Assert.Equal("SET"u8, set.Name);
        Assert.Equal(FrameStatus.Complete, reader.Read(stream.AsSpan(23 + reader.Consumed)));
        Assert.Equal(stream.Length - 14, 23 + set.Bytes.Length);
    }

    [Theory]
    [InlineData("+OK\r\n", 0)]
    [InlineData("PING\r\n", 0)]
    [InlineData("\n*1\r\n$4\r\nPING\r\n", 0)]
    [InlineData("*0\r\n", 0)]
    [InlineData("*-1\r\n", 0)]
    [InlineData("*\r\n", 0)]
    [InlineData("*1x", 0)]
    [InlineData("*1\rx", 0)]
    [InlineData("*01\r\n", 0)]
    [InlineData("*2147483648\r\n", 0)]
    [InlineData("*11111111111", 0)]
    [InlineData("*1\r\n:1\r\n", 4)]
    [InlineData("*1\r\n$-1\r\n", 4)]
    [InlineData("*1\r\n$2147483647\r\n", 4)]
    [InlineData("*2\r\n$1\r\na\r\n$1\r\nbc", 11)]
    [InlineData("*1\r\n$1\r\na\rb", 4)]
    public void What_is_no_command_is_said_so_with_the_place(string bytes, int place)
    {
        var reader = new CommandFrameReader();
        Assert.Equal(FrameStatus.Malformed, reader.Read(Encoding.ASCII.GetBytes(bytes)));
        Assert.Equal(place, reader.Consumed);
    }

    [Fact]
    public void An_incomplete_command_says_how_much_room_it_needs()
    {
        var reader = new CommandFrameReader();
        Assert.Equal(FrameStatus.Incomplete, reader.Read("*2\r\n$3\r\nGET\r\n$1000\r\nab"u8));
        Assert.Equal(20 + 1000 + 2, reader.Needed);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var bytes = Words.Bytes("MSET a 1 b 2 c 3");
        var reader = new CommandFrameReader();
        reader.Read(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            reader.Read(bytes);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void However_a_stream_comes_in_parts_the_same_commands_are_found()
    {
        var dice = Chance.Dice(output);
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            var commands = Commands(dice);
            byte[] stream = [.. commands.SelectMany(words => Words.Bytes(words))];
            Assert.Equal(commands, ReadInParts(stream, dice));
            Damage(stream, dice);
            ReadInParts(stream, dice);
        }
        while (TimeProvider.System.GetElapsedTime(start) < Long);
    }

    private static List<byte[][]> Commands(Random dice)
    {
        var commands = new List<byte[][]>();
        for (var i = dice.Next(1, 8); i > 0; i--)
        {
            var words = new byte[dice.Next(10) == 0 ? dice.Next(1, 200) : dice.Next(1, 5)][];
            for (var at = 0; at < words.Length; at++)
            {
                words[at] = new byte[dice.Next(3) == 0 ? dice.Next(300) : dice.Next(4)];
                dice.NextBytes(words[at]);
            }
            commands.Add(words);
        }
        return commands;
    }

    /// <summary>Up to the end, or to what is malformed.</summary>
    private static List<byte[][]> ReadInParts(byte[] stream, Random dice)
    {
        var found = new List<byte[][]>();
        var reader = new CommandFrameReader();
        var (start, end) = (0, 0);
        while (start < stream.Length)
        {
            // Each time at another place in memory, and never more than the bytes that have come.
            var bytes = stream[start..end];
            var status = reader.Read(bytes);
            if (status == FrameStatus.Malformed)
            {
                Assert.InRange(reader.Consumed, 0, bytes.Length);
                return found;
            }
            if (status == FrameStatus.Complete)
            {
                found.Add(Copy(reader.Frame(bytes)));
                start += reader.Consumed;
                continue;
            }
            Assert.True(reader.Needed > bytes.Length, "An incomplete command needs more than there is.");
            if (end == stream.Length)
                return found;
            end = Math.Min(stream.Length, end + dice.Next(1, dice.Next(2) == 0 ? 3 : 500));
        }
        return found;
    }

    private static byte[][] Copy(CommandFrame command)
    {
        var words = new byte[command.Count][];
        for (var i = 0; i < words.Length; i++)
            words[i] = command[i].ToArray();
        return words;
    }

    private static void Damage(byte[] stream, Random dice)
    {
        for (var i = dice.Next(1, 4); i > 0; i--)
            stream[dice.Next(stream.Length)] = "*$\r\n0123456789-"u8[dice.Next(15 - 1)];
    }
}
