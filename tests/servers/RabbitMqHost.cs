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

    /// <summary>Where AMQP is spoken to it by way of a proxy; null when straight.</summary>
    private int? Way { get; init; }

    /// <summary>A port at which nobody answers; null when the management API is named as it is.</summary>
    private int? Silence { get; init; }

    /// <summary>The file with certificates that are trusted; null where nothing is encrypted.</summary>
    private string? Trusted { get; init; }

    private string Name => name;

    /// <summary>The same, for who comes encrypted.</summary>
    public RabbitMqHost Encrypted() => new(server, Name) { Trusted = server.Certificates!.Authority };

    /// <summary>The same, with a network between.</summary>
    public RabbitMqHost Through(TcpProxy proxy) => new(server, Name) { Way = proxy.Port };

    /// <summary>The same, as it is seen by who cannot reach its management API.</summary>
    public RabbitMqHost WithoutManagement() => new(server, Name) { Silence = FreePort.Find() };

    /// <summary>The address for a user who was let in.</summary>
    public string AddressFor(string user) =>
        Address.Replace("amqp://", $"amqp://{user}:{Password}@", StringComparison.Ordinal);

    /// <summary>As a migration file has it: without a user, who is the broker's own guest then.</summary>
    public string Address => Trusted is { } file ? EncryptedAddress(file) : string.Create(
        CultureInfo.InvariantCulture,
        $"amqp://127.0.0.1:{Way ?? server.Port}/{name}?management=http://127.0.0.1:{Silence ?? server.ManagementPort}"
        + $"&stream={server.StreamPort}");

    /// <summary>The address for who comes encrypted, and trusts a file's certificates.</summary>
    public string EncryptedAddress(string? authority, string machine = "127.0.0.1") => string.Create(
        CultureInfo.InvariantCulture,
        $"amqps://guest:{Password}@{machine}:{server.Encrypted.Amqp}/{name}"
        + $"?management=https://{machine}:{server.Encrypted.Management}"
        + $"&stream={server.Encrypted.Streams}{(authority is null ? "" : $"&ca={authority}")}");

    public async Task Make()
    {
        await Put($"vhosts/{name}", new { });
        await Put($"permissions/{name}/guest", new { configure = ".*", write = ".*", read = ".*" });
    }

    /// <summary>Makes a policy for queues.</summary>
    public Task SetPolicy(string policy, string pattern, string key, object value) =>
        SetPolicy(policy, pattern, (key, value));

    /// <inheritdoc cref="SetPolicy(string, string, string, object)"/>
    public Task SetPolicy(string policy, string pattern, params (string Key, object Value)[] definition) =>
        SetPolicy(policy, "queues", pattern, definition);

    /// <summary>Makes a policy.</summary>
    /// <param name="kind">What it is for: <c>queues</c> or <c>exchanges</c>.</param>
    public Task SetPolicy(
        string policy, string kind, string pattern, params (string Key, object Value)[] definition) => Put(
        $"policies/{name}/{policy}",
        new Dictionary<string, object>
        {
            ["pattern"] = pattern,
            ["apply-to"] = kind,
            ["priority"] = 1,
            ["definition"] = definition.ToDictionary(one => one.Key, one => one.Value),
        });

    /// <summary>Makes an exchange that takes what other exchanges send to all its bindings.</summary>
    public Task MakeInternalExchange(string exchange) => Put(
        $"exchanges/{name}/{exchange}",
        new Dictionary<string, object> { ["type"] = "fanout", ["durable"] = true, ["internal"] = true });

    /// <summary>Takes a policy away again.</summary>
    public Task DropPolicy(string policy) => Do(
        (http, place) => http.DeleteAsync(place, CancellationToken.None), $"policies/{name}/{policy}");

    /// <summary>Lets a user of a name into the virtual host.</summary>
    /// <param name="writes">What names of queues and exchanges the user may write to have to fit.</param>
    public async Task LetIn(string user, string tags = "", string writes = ".*")
    {
        await Put($"users/{user}", new { password = Password, tags });
        await Put($"permissions/{name}/{user}", new { configure = ".*", write = writes, read = ".*" });
    }

    private Task Put(string what, object content) => Do(
        (http, place) => http.PutAsJsonAsync(place, content, CancellationToken.None), what);

    private async Task Do(Func<HttpClient, Uri, Task<HttpResponseMessage>> request, string what)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"guest:{Password}")));
        var place = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.ManagementPort}/api/{what}");
        await Until.Holds("the broker does it", async () =>
        {
            using var answer = await request(http, new Uri(place));
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
