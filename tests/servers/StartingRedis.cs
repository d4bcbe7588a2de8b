namespace Godwit.Tests.Servers;

public sealed class StartingRedis
{
    [Fact]
    public async Task A_server_answers_as_it_was_set()
    {
        await using var server = await RedisServer.Start("maxmemory 7mb", "requirepass sesame");
        await using var client = await server.Connect();
        Assert.Equal("PONG", await client.Text("PING"));
        Assert.Equal("maxmemory 7340032", await client.Text("CONFIG", "GET", "maxmemory"));
        Assert.Equal("OK", await client.Text("DEBUG", "SET-ACTIVE-EXPIRE", "0"));
        byte[] binary = [0, 255, 13, 10];
        await client.Call("RPUSH", "list", binary, "");
        Assert.Equivalent(new object[] { binary, Array.Empty<byte>() }, await client.Call("LRANGE", "list", "0", "-1"));
        Assert.Null(await client.Call("GET", "absent"));
        var refusal = await Assert.ThrowsAsync<RedisRefusal>(() => client.Call("GET", "list"));
        Assert.StartsWith("WRONGTYPE", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await client.Call("LLEN", "list"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_keeps_the_port_and_no_key(bool immediate)
    {
        await using var server = await RedisServer.Start();
        var port = server.Port;
        await server.Call("SET", "k", "v");

        await server.Restart(immediate);

        Assert.Equal(port, server.Port);
        Assert.Equal(0L, await server.Call("DBSIZE"));
        Assert.Equal(!immediate, server.Log.Contains("ready to exit, bye", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_with_a_save_keeps_the_keys()
    {
        await using var server = await RedisServer.Start();
        await server.Call("SET", "k", "v");
        await server.SaveAndRestart();
        Assert.Equal("v"u8.ToArray(), await server.Call("GET", "k"));
    }
}
