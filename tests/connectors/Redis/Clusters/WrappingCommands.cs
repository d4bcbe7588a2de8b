using System.Buffers;
using System.Text;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Tests.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Clusters;

/// <summary>What becomes of commands on their way to a node of a cluster.</summary>
public sealed class WrappingCommands
{
    private const string Checkpoint = "__gw:checkpoint:shop{0}";

    [Fact]
    public void Each_command_is_a_script_without_keys_that_knows_the_checkpoint()
    {
        var sent = Wrap("SET a 1", "INCR b");
        Assert.Equal(2, sent.Count);
        Assert.Equal(["EVAL", "0", Checkpoint, "SET", "a", "1"], WithoutScript(sent[0]));
        Assert.Equal(["EVAL", "0", Checkpoint, "INCR", "b"], WithoutScript(sent[1]));
        Assert.Contains("redis.pcall(unpack(ARGV, 2))", sent[0][1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FUNCTION LOAD REPLACE library")]
    [InlineData($"HSET {Checkpoint} reached 1/7")]
    public void Libraries_and_the_checkpoint_stay_as_they_are(string command) =>
        Assert.Equal(command.Split(' '), Assert.Single(Wrap(command)));

    [Fact]
    public void A_command_that_lua_could_not_take_is_a_mistake_of_ours()
    {
        var most = Enumerable.Repeat("x", SlotScript.MostWords - 2);
        Assert.Single(Wrap($"RPUSH l {string.Join(' ', most)}"));
        Assert.Throws<InvalidOperationException>(() => Wrap($"RPUSH l x {string.Join(' ', most)}"));
    }

    [Theory]
    [InlineData("-MOVED 7 127.0.0.1:1\r\n", true)]
    [InlineData("-ERR Script attempted to access a non local key in a cluster node\r\n", true)]
    [InlineData("-CLUSTERDOWN The cluster is down\r\n", true)]
    [InlineData("-TRYAGAIN Multiple keys request during rehashing of slot\r\n", true)]
    [InlineData("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n", false)]
    [InlineData("-ERR no such key\r\n", false)]
    public void Only_what_concerns_the_place_of_a_key_says_that_it_is_elsewhere(string reply, bool elsewhere)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(reply)));
        Assert.True(RespParser.TryRead(ref reader, out var value, out _));
        Assert.Equal(elsewhere, SlotScript.SaysElsewhere(value));
    }

    private static List<string[]> Wrap(params string[] commands)
    {
        var batch = new CommandBatch();
        SlotScript.AddWrites(
            batch, commands.SelectMany(Words.Bytes).ToArray(), Encoding.UTF8.GetBytes(Checkpoint));
        var (left, reader, all) = (batch.Memory.ToArray(), new CommandFrameReader(), new List<string[]>());
        while (left.Length > 0)
        {
            Assert.Equal(FrameStatus.Complete, reader.Read(left));
            var frame = reader.Frame(left);
            var words = new string[frame.Count];
            for (var i = 0; i < words.Length; i++)
                words[i] = Encoding.UTF8.GetString(frame[i]);
            all.Add(words);
            left = left[reader.Consumed..];
        }
        Assert.Equal(all.Count, batch.Count);
        return all;
    }

    private static string[] WithoutScript(string[] words) => [words[0], .. words[2..]];
}
