using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Godwit.Tests.Servers;

/// <summary>A connection to Redis for tests, one command after the other.</summary>
/// <remarks>It shares nothing with the connector, so that a mistake of the one is no mistake of the other.</remarks>
internal sealed class RedisClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TcpClient _connection;
    private readonly BufferedStream _stream;

    private RedisClient(TcpClient connection) =>
        (_connection, _stream) = (connection, new BufferedStream(connection.GetStream(), 64 << 10));

    public static async Task<RedisClient> Connect(int port)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port);
            return new RedisClient(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and returns its reply.</summary>
    /// <param name="words">Strings, sent as UTF-8, and byte arrays.</param>
    /// <returns>A status as string, a number as long, a bulk string as bytes, an array as object?[], or null.</returns>
    /// <exception cref="RedisRefusal">The reply is an error.</exception>
    public async Task<object?> Call(params object[] words)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await Send(words);
        var reply = await Receive(deadline.Token);
        return reply is RedisRefusal refusal ? throw refusal : reply;
    }

    /// <summary>The reply of <see cref="Call"/> as text: with a space between the elements of an array.</summary>
    public async Task<string> Text(params object[] words) => AsText(await Call(words));

    /// <summary>Sends commands at once and returns their replies, in order.</summary>
    /// <returns>As <see cref="Call"/> does; for an error a <see cref="RedisRefusal"/>.</returns>
    public async Task<object?[]> CallAll(
        IReadOnlyList<object[]> commands, CancellationToken cancellation = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        foreach (var words in commands)
            await Write(words);
        await _stream.FlushAsync(CancellationToken.None);
        var replies = new object?[commands.Count];
        for (var i = 0; i < replies.Length; i++)
            replies[i] = await Receive(deadline.Token);
        return replies;
    }

    /// <summary>Sends a command and does not wait for its reply.</summary>
    public async Task Send(params object[] words)
    {
        await Write(words);
        await _stream.FlushAsync(CancellationToken.None);
    }

    /// <summary>A reply as text, with a space between the elements of an array.</summary>
    public static string AsText(object? reply) => reply switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        object?[] elements => string.Join(' ', elements.Select(AsText)),
        _ => Convert.ToString(reply, CultureInfo.InvariantCulture) ?? "",
    };

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _connection.Dispose();
    }

    private async Task Write(object[] words)
    {
        var message = new MemoryStream();
        message.Write(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
        foreach (var word in words)
        {
            var bytes = word as byte[] ?? Encoding.UTF8.GetBytes((string)word);
            message.Write(Encoding.ASCII.GetBytes($"${bytes.Length}\r\n"));
            message.Write(bytes);
            message.Write("\r\n"u8);
        }
        await _stream.WriteAsync(message.ToArray(), CancellationToken.None);
    }

    private async Task<object?> Receive(CancellationToken cancel)
    {
        var line = await ReadLine(cancel);
        return line[0] switch
        {
            '+' => line[1..],
            '-' => new RedisRefusal(line[1..]),
            ':' => long.Parse(line[1..], CultureInfo.InvariantCulture),
            '$' => await ReadBulk(Length(line), cancel),
            '*' => await ReadArray(Length(line), cancel),
            _ => throw new InvalidDataException($"Not a reply: {line}"),
        };
    }

    private async Task<byte[]?> ReadBulk(int length, CancellationToken cancel)
    {
        if (length < 0)
            return null;
        var bytes = new byte[length + 2];
        await _stream.ReadExactlyAsync(bytes, cancel);
        return bytes[..length];
    }

    private async Task<object?[]?> ReadArray(int length, CancellationToken cancel)
    {
        if (length < 0)
            return null;
        var elements = new object?[length];
        for (var i = 0; i < length; i++)
            elements[i] = await Receive(cancel);
        return elements;
    }

    private async Task<string> ReadLine(CancellationToken cancel)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (line is not [.., (byte)'\r', (byte)'\n'])
        {
            await _stream.ReadExactlyAsync(one, cancel);
            line.Add(one[0]);
        }
        return Encoding.UTF8.GetString([.. line[..^2]]);
    }

    private static int Length(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
}
