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

    /// <summary>The address for a user who was let in.</summary>
    public string AddressFor(string user) =>
        Address.Replace("amqp://", $"amqp://{user}:{Password}@", StringComparison.Ordinal);

    /// <summary>As a migration file has it: without a user, who is the broker's own guest then.</summary>
    public string Address => string.Create(
        CultureInfo.InvariantCulture,
        $"amqp://127.0.0.1:{server.Port}/{name}?management=http://127.0.0.1:{server.ManagementPort}"
        + $"&stream={server.StreamPort}");

    public async Task Make()
    {
        await Put($"vhosts/{name}", new { });
        await Put($"permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" });
    }

    /// <summary>Makes a policy for queues.</summary>
    public Task SetPolicy(string policy, string pattern, string key, object value) => Put(
        $"policies/{name}/{policy}",
        new Dictionary<string, object>
        {
            ["pattern"] = pattern,
            ["apply-to"] = "queues",
            ["priority"] = 1,
            ["definition"] = new Dictionary<string, object> { [key] = value },
        });

    /// <summary>Lets a user of a name into the virtual host.</summary>
    public async Task LetIn(string user, string tags = "")
    {
        await Put($"users/{user}", new { password = Password, tags });
        await Put($"permissions/{name}/{user}", new { configure = ".*", write = ".*", read = ".*" });
    }

    private async Task Put(string what, object content)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"guest:{Password}")));
        var place = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.ManagementPort}/api/{what}");
        await Until.Holds("the broker does it", async () =>
        {
            using var answer = await http.PutAsJsonAsync(new Uri(place), content, CancellationToken.None);
            return answer.IsSuccessStatusCode;
        });
    }

    /// <summary>A connection of a test's own, with a channel that confirms what is published.</summary>
    /// <param name="heals">Whether the connection comes back by itself when it was lost.</param>
    public async Task<RabbitMqHand> Connect(bool heals = true)
    {
        var factory = new ConnectionFactory
        {
            HostName = "127.0.0.1", Port = server.Port, UserName = "guest", Password = Password, VirtualHost = name,
            AutomaticRecoveryEnabled = heals,
        };
        return await RabbitMqHand.Of(await factory.CreateConnectionAsync(CancellationToken.None));
    }
}
