using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>A connection to Redis whose commands are gathered and sent together.</summary>
/// <remarks>It shares nothing with Godwit's own.</remarks>
internal sealed class RedisWire : IDisposable
{
    private const int Together = 1000;
    private const int BufferBytes = 64 << 10;

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly Stream _stream;
    private readonly BufferedStream _replies;
    private readonly MemoryStream _commands = new();
    private int _gathered;

    internal RedisWire(int port)
    {
        _client.Connect(IPAddress.Loopback, port);
        _stream = _client.GetStream();
        _replies = new BufferedStream(_stream, BufferBytes);
    }

    /// <summary>Writes a command as it is sent.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="words">Strings, sent as UTF-8, and byte arrays.</param>
    internal static void Write(Stream to, params ReadOnlySpan<object> words)
    {
        to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
        foreach (var word in words)
        {
            var bytes = word as byte[] ?? Encoding.UTF8.GetBytes((string)word);
            to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${bytes.Length}\r\n")));
            to.Write(bytes);
            to.Write("\r\n"u8);
        }
    }

    internal void Add(params ReadOnlySpan<object> words)
    {
        Write(_commands, words);
        _gathered++;
    }

    /// <summary>Sends what was gathered.</summary>
    /// <returns>A reply each: string, long, byte[], object?[], null or <see cref="RedisError"/>.</returns>
    internal object?[] Send()
    {
        _stream.Write(_commands.GetBuffer(), 0, (int)_commands.Length);
        _commands.SetLength(0);
        var replies = new object?[_gathered];
        for (_gathered = 0; _gathered < replies.Length; _gathered++)
            replies[_gathered] = Receive();
        _gathered = 0;
        return replies;
    }

    /// <summary>Sends one command.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    internal object? Call(params ReadOnlySpan<object> words)
    {
        Add(words);
        return Accepted(Send())[0];
    }

    /// <summary>Sends many commands, a thousand at a time.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    internal void CallAll(IEnumerable<object[]> commands)
    {
        foreach (var some in commands.Chunk(Together))
        {
            foreach (var command in some)
                Add(command);
            Accepted(Send());
        }
    }

    public void Dispose()
    {
        _replies.Dispose();
        _commands.Dispose();
        _client.Dispose();
    }

    private static object?[] Accepted(object?[] replies) =>
        replies.OfType<RedisError>().FirstOrDefault() is { } error
            ? throw new InvalidOperationException($"Redis said: {error.Text}")
            : replies;

    private object? Receive()
    {
        var line = ReadLine();
        return line[0] switch
        {
            '+' => line[1..],
            '-' => new RedisError(line[1..]),
            ':' => long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture),
            '$' => ReadBytes(Length(line)),
            '*' => ReadArray(Length(line)),
            _ => throw new InvalidDataException($"Not a reply: {line}"),
        };
    }

    private byte[]? ReadBytes(int length)
    {
        if (length < 0)
            return null;
        var bytes = new byte[length + 2];
        _replies.ReadExactly(bytes);
        return bytes[..length];
    }

    private object?[]? ReadArray(int length)
    {
        if (length < 0)
            return null;
        var elements = new object?[length];
        for (var i = 0; i < length; i++)
            elements[i] = Receive();
        return elements;
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (int next; (next = _replies.ReadByte()) != '\n';)
        {
            if (next < 0)
                throw new EndOfStreamException("Redis has closed the connection.");
            line.Append((char)next);
        }
        return line.ToString(0, line.Length - 1);
    }

    private static int Length(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
}
