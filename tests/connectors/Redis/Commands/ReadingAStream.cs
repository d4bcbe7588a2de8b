using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>What a real primary sends to its replicas, from the first command to the last.</summary>
public sealed class ReadingAStream
{
    private const string Commands = """
        SET k v EX 100
        GETEX k PX 100000
        INCRBYFLOAT n 1.5
        MSET a 1 b 2 c 3
        DEL a b
        RPUSH l 1 2 3
        LMPOP 1 l LEFT
        SADD s 1 2 3 4
        SPOP s 2
        SORT s STORE t
        SUNIONSTORE u s w
        ZADD z 1 a 2 b
        ZUNIONSTORE y 1 z
        BZPOPMIN z y 0
        GEOADD g 1 2 m
        GEORADIUS g 1 2 3 m STORE h
        XADD x * f v
        XGROUP CREATE x group 0
        XREADGROUP GROUP group c STREAMS x >
        COPY c d DB 3
        MOVE c 4
        RENAME k r
        EVAL return(redis.call('set',KEYS[1],'v')) 1 k
        EVAL redis.call('set',KEYS[1],'v');redis.call('incr',KEYS[2]) 2 k i
        PFADD p 1
        PFCOUNT p
        PUBLISH channel text
        SELECT 2
        SET k v
        SWAPDB 2 5
        FUNCTION FLUSH
        FLUSHDB
        FLUSHALL
        SET end 1
        """;

    private const string Expected = """
        Connection SELECT None
        Connection MULTI None
        Keyed PEXPIREAT Found k
        Keyed MSET Found a b c
        Keyed DEL Found a b
        Keyed LPOP Found l
        Keyed SORT Found s t
        Keyed SUNIONSTORE Found u s w
        Keyed ZUNIONSTORE Found y z
        Keyed ZPOPMIN Found z
        Keyed GEORADIUS Found g h
        Keyed XGROUP Found x
        Keyed XCLAIM Found x
        Keyed COPY Found c d
        Keyed MOVE Found c
        Keyed RENAME Found k r
        Keyed INCR Found i
        Keyed PFCOUNT Found p
        Publish PUBLISH None
        Global SWAPDB None
        Global FUNCTION None
        Global FLUSHDB None
        Global FLUSHALL None
        """;

    [Fact]
    public async Task Each_command_of_it_is_known_with_its_keys_and_each_byte_belongs_to_one()
    {
        await using var server = await RedisServer.Start("repl-diskless-sync no", "repl-ping-replica-period 3600");
        await using var client = await server.Connect();
        var table = new CommandTable(CommandReply.Parse(Replies.AsValue(await client.Call("COMMAND"))));
        using var replica = new TcpClient { ReceiveTimeout = 60_000 };
        await replica.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        await using var stream = new BufferedStream(replica.GetStream());
        var offset = Attach(stream);
        foreach (var line in Commands.Split('\n'))
            await client.Call([.. Words.Of(line)]);

        var said = new List<string>();
        offset += ReadToEnd(stream, table, said);

        Assert.Contains($"master_repl_offset:{offset}\r", await client.Text("INFO", "replication"));
        var text = string.Join('\n', said);
        Assert.DoesNotContain(nameof(CommandKind.Unknown), text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(KeyFinding.NotProvable), text, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(KeyFinding.Malformed), text, StringComparison.Ordinal);
        Assert.Superset(Expected.Split('\n').ToHashSet(), said.ToHashSet());
    }

    /// <summary>Asks for everything, goes past the snapshot and returns the offset behind it.</summary>
    private static long Attach(Stream stream)
    {
        stream.Write("PSYNC ? -1\r\n"u8);
        stream.Flush();
        var line = "";
        var offset = 0L;
        while (!line.StartsWith('$'))
        {
            line = ReadLine(stream);
            if (line.StartsWith("+FULLRESYNC", StringComparison.Ordinal))
                offset = long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        stream.ReadExactly(new byte[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)]);
        return offset;
    }

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        while (stream.ReadByte() is var each && each != '\n')
            line.Append((char)each);
        return line.ToString().TrimEnd('\r');
    }

    /// <summary>What is said of each command up to the last; returns how many bytes they have.</summary>
    private static int ReadToEnd(Stream stream, CommandTable table, List<string> said)
    {
        var reader = new CommandFrameReader();
        var (buffer, start, end) = (new byte[64 << 10], 0, 0);
        while (said is not [.., "Keyed SET Found end"])
        {
            var status = reader.Read(buffer.AsSpan(start..end));
            Assert.NotEqual(FrameStatus.Malformed, status);
            if (status == FrameStatus.Incomplete)
            {
                end += stream.Read(buffer, end, buffer.Length - end);
                continue;
            }
            said.Add(Said(table, reader.Frame(buffer.AsSpan(start..end))));
            start += reader.Consumed;
        }
        return start;
    }

    private static string Said(CommandTable table, CommandFrame command)
    {
        var keys = new KeyList();
        var finding = table.Keys(command, keys);
        var words = new List<string>
        {
            table.Kind(command).ToString(),
            Encoding.UTF8.GetString(command.Name).ToUpperInvariant(),
            finding.ToString(),
        };
        foreach (var key in keys.Items)
            words.Add(Encoding.UTF8.GetString(command[key.Argument]));
        return string.Join(' ', words);
    }
}
