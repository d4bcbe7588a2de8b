using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Frames over one TCP connection. One may read while many write.</summary>
internal sealed class StreamWire : IAsyncDisposable
{
    /// <summary>A chunk holds one message at least, and brokers allow messages up to half of this.</summary>
    private const uint LargestFrame = 1 << 30;
    private const int Ahead = 1 << 16;

    private readonly TcpClient _client;
    private readonly Stream _out;
    private readonly BufferedStream _in;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly byte[] _size = new byte[4];

    private StreamWire(TcpClient client, Stream stream) =>
        (_client, _out, _in) = (client, stream, new BufferedStream(stream, Ahead));

    /// <exception cref="IOException">Nobody is there.</exception>
    internal static async Task<StreamWire> Open(
        BrokerAddress address, string shown, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        Stream? stream = null;
        try
        {
            await client.ConnectAsync(address.Streams.Host, address.Streams.Port, cancellation).ConfigureAwait(false);
            stream = client.GetStream();
            if (!address.IsEncrypted)
                return new StreamWire(client, stream);
            var encrypted = new SslStream(stream);
            stream = encrypted;
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = address.Streams.Host,
                    RemoteCertificateValidationCallback = BrokerTrust.Of(address, shown),
                },
                cancellation)
                .ConfigureAwait(false);
            return new StreamWire(client, encrypted);
        }
        catch
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a frame as a whole, also where the caller does not wait any more.</summary>
    internal async Task Send(Frame frame)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await _out.WriteAsync(frame.Finish(), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The next frame, without its size.</summary>
    /// <exception cref="IOException">The connection is over.</exception>
    internal async Task<ReadOnlyMemory<byte>> Receive(CancellationToken cancellation)
    {
        await _in.ReadExactlyAsync(_size, cancellation).ConfigureAwait(false);
        var size = BinaryPrimitives.ReadUInt32BigEndian(_size);
        if (size > LargestFrame)
            throw new IOException("What answers does not speak the stream protocol");
        var frame = new byte[size];
        await _in.ReadExactlyAsync(frame, cancellation).ConfigureAwait(false);
        return frame;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Close();
        await _in.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
    }
}
