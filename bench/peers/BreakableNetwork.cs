using System.Net;
using System.Net.Sockets;

namespace Godwit.Bench.Peers;

/// <summary>A network between a program and a server of this machine whose connections can be reset.</summary>
internal sealed class BreakableNetwork : IDisposable
{
    private const int BufferSize = 64 << 10;

    private readonly int _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;

    /// <param name="server">The server's port.</param>
    internal BreakableNetwork(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = Accept();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Resets all connections, in both directions; new ones get through.</summary>
    /// <returns>How many sockets were open.</returns>
    internal int Break()
    {
        lock (_lock)
        {
            var count = _open.Count;
            foreach (var socket in _open)
                socket.Close(0);
            _open.Clear();
            return count;
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _accepting.Wait();
        Break();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Connect(await _listener.AcceptSocketAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private async Task Connect(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            (client.NoDelay, server.NoDelay) = (true, true);
            lock (_lock)
                _open.AddRange([client, server]);
            await server.ConnectAsync(IPAddress.Loopback, _server);
            await Task.WhenAny(Forward(client, server), Forward(server, client));
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException)
        {
            // The client is told by the end of its connection.
        }
        lock (_lock)
            _open.RemoveAll(one => one == client || one == server);
        client.Close(0);
        server.Close(0);
    }

    private static async Task Forward(Socket from, Socket to)
    {
        var buffer = new byte[BufferSize];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The other direction ends with this one.
        }
    }
}
