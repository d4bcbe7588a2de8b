using System.Net;
using System.Net.Sockets;

namespace Godwit.Tests.Servers;

/// <summary>One connection through a <see cref="TcpProxy"/>: two sockets and what flows between them.</summary>
internal sealed class ProxiedConnection(TcpProxy proxy, Socket client, BytePatch? patch)
{
    private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp);
    private volatile bool _isOver;

    public bool IsOver => _isOver;

    /// <summary>Ends when either side has ended or the connection was reset.</summary>
    public async Task Forward(int port)
    {
        try
        {
            await proxy.Flow();
            await _server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
            (client.NoDelay, _server.NoDelay) = (true, true);
            await Task.WhenAll(Pump(client, _server, proxy.MaySend, null), Pump(_server, client, proxy.MayPass, patch));
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset();
        }
        _isOver = true;
        client.Dispose();
        _server.Dispose();
    }

    /// <summary>Both sides see an error, as when a router forgets a connection.</summary>
    public void Reset()
    {
        _isOver = true;
        foreach (var socket in (Socket[])[client, _server])
        {
            // Closing with a linger time of zero sends a reset and throws away what was not sent yet.
            socket.Close(timeout: 0);
        }
    }

    private async Task Pump(Socket from, Socket to, Func<int, int> mayPass, BytePatch? changes)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
            {
                await proxy.Flow();
                var allowed = mayPass(length);
                var passed = changes is null ? buffer.AsMemory(0, allowed) : changes.Pass(buffer.AsSpan(0, allowed));
                for (var sent = 0; sent < passed.Length;)
                    sent += await to.SendAsync(passed[sent..]);
                if (allowed < length)
                {
                    proxy.Cut();
                    return;
                }
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            Reset();
        }
    }
}
