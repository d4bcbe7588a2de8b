using System.Net;
using System.Net.Sockets;

namespace Godwit.Tests.Servers;

public sealed class BreakingANetwork : IAsyncDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly TcpProxy _proxy;

    public BreakingANetwork()
    {
        _server.Start();
        _proxy = new TcpProxy(((IPEndPoint)_server.LocalEndpoint).Port);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_said_arrives_in_both_directions()
    {
        var (client, server) = await Connect();
        Assert.Equal("hello", await Say(client, server, "hello"));
        Assert.Equal("welcome", await Say(server, client, "welcome"));
        Assert.Equal(7, _proxy.BytesFromServer);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1]));
        Assert.Equal("farewell", await Say(server, client, "farewell"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cut_is_an_error_on_both_sides_and_nobody_gets_through_until_it_is_healed()
    {
        var (client, server) = await Connect();
        Assert.Equal("hello", await Say(client, server, "hello"));

        _proxy.Cut();

        foreach (var side in (Socket[])[client, server])
        {
            var reset = await Assert.ThrowsAsync<SocketException>(() => side.ReceiveAsync(new byte[1]));
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }
        await Assert.ThrowsAsync<SocketException>(Connect);
        _proxy.Heal();
        (client, server) = await Connect();
        Assert.Equal("again", await Say(client, server, "again"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stall_holds_what_was_said_and_loses_nothing()
    {
        var (client, server) = await Connect();
        Assert.Equal("hello", await Say(client, server, "hello"));

        _proxy.Stall();
        var heard = Say(client, server, "in between");
        var late = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await late.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        await Until.Holds("the late one is accepted", () => _proxy.Accepted == 2);
        Assert.False(heard.IsCompleted);
        Assert.False(_server.Pending());

        _proxy.Heal();
        Assert.Equal("in between", await heard);
        Assert.Equal("late", await Say(late, await _server.AcceptSocketAsync(), "late"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cut_may_come_in_the_middle_of_what_the_server_says()
    {
        var (client, server) = await Connect();
        _proxy.CutAfter(8);
        Assert.Equal("welcome", await Say(server, client, "welcome"));
        await server.SendAsync("to the end"u8.ToArray());
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[10]));
        Assert.True(_proxy.IsCut);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cut_may_come_in_the_middle_of_what_a_client_says()
    {
        var (client, server) = await Connect();
        _proxy.CutAfterSent(8);
        Assert.Equal("hello", await Say(client, server, "hello"));
        await client.SendAsync("to the end"u8.ToArray());
        var heard = new byte[10];
        Assert.Equal(3, await server.ReceiveAsync(heard));
        await Assert.ThrowsAsync<SocketException>(() => server.ReceiveAsync(heard));
        Assert.True(_proxy.IsCut);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _server.Dispose();
    }

    private static async Task<string> Say(Socket from, Socket to, string words)
    {
        await from.SendAsync(System.Text.Encoding.ASCII.GetBytes(words));
        var heard = new byte[words.Length];
        for (var length = 0; length < heard.Length;)
        {
            var more = await to.ReceiveAsync(heard.AsMemory(length));
            Assert.NotEqual(0, more);
            length += more;
        }
        return System.Text.Encoding.ASCII.GetString(heard);
    }

    private async Task<(Socket Client, Socket Server)> Connect()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return (client, await _server.AcceptSocketAsync());
    }
}
