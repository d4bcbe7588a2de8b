using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using RabbitMQ.Client;

namespace Godwit.Tests.Servers;

/// <summary>A virtual host of a test's own.</summary>
internal sealed class RabbitMqHost(RabbitMqServer server, string name)
{
    private const string Password = "guest";

    public int Port => server.Port;

    /// <summary>As a migration file has it: without a user, who is the broker's own guest then.</summary>
    public string Address => string.Create(
        CultureInfo.InvariantCulture,
        $"amqp://127.0.0.1:{server.Port}/{name}?management=http://127.0.0.1:{server.ManagementPort}"
        + $"&stream={server.StreamPort}");

    public async Task Make()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"guest:{Password}")));
        await Put(http, $"vhosts/{name}", new { });
        await Put(http, $"permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" });
    }

    private async Task Put(HttpClient http, string what, object content)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.ManagementPort}/api/{what}");
        using var answer = await http.PutAsJsonAsync(new Uri(place), content, CancellationToken.None);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>A connection of a test's own, with a channel that confirms what is published.</summary>
    public async Task<RabbitMqHand> Connect()
    {
        var factory = new ConnectionFactory
        {
            HostName = "127.0.0.1", Port = server.Port, UserName = "guest", Password = Password, VirtualHost = name,
        };
        return await RabbitMqHand.Of(await factory.CreateConnectionAsync(CancellationToken.None));
    }
}
