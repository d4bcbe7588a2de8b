using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>Hears exactly what a script says, byte for byte, and answers with what it says.</summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _speaking;

    /// <param name="script">Frames as hexadecimal digits, without their sizes: <c>&lt;</c> is heard, <c>&gt;</c> is
    /// said.</param>
    public ScriptedBroker(params string[] script)
    {
        _listener.Start();
        _speaking = Speak(script);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Returns when everything was heard and said as the script has it.</summary>
    public Task IsThrough() => _speaking.WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task Speak(string[] script)
    {
        using var client = await _listener.AcceptTcpClientAsync(_over.Token);
        await using var wire = client.GetStream();
        foreach (var line in script)
        {
            if (line[0] == '>')
                await wire.WriteAsync(Framed(ReadingChunks.Bytes(line[1..])), _over.Token);
            else
                Assert.Equal(
                    line[1..].Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(await Hear(wire)));
        }
    }

    private async Task<byte[]> Hear(NetworkStream wire)
    {
        var size = new byte[4];
        await wire.ReadExactlyAsync(size, _over.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await wire.ReadExactlyAsync(frame, _over.Token);
        return frame;
    }

    private static byte[] Framed(byte[] frame)
    {
        var size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, frame.Length);
        return [.. size, .. frame];
    }
}
