using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>A broker's management API, as its first user.</summary>
internal sealed class RabbitMqManagement : IDisposable
{
    private readonly HttpClient _http;

    internal RabbitMqManagement(int port)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/");
        _http = new HttpClient { BaseAddress = new Uri(place) };
        _http.DefaultRequestHeaders.Authorization =
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("guest:guest")));
    }

    internal void Put(string what, object content)
    {
        using var _ = Send(HttpMethod.Put, what, content);
    }

    /// <summary>Also what is not there.</summary>
    internal void Delete(string what)
    {
        using var _ = Send(HttpMethod.Delete, what, content: null);
    }

    internal string Version()
    {
        using var overview = Get("overview");
        return overview.RootElement.GetProperty("rabbitmq_version").GetString() ?? "";
    }

    /// <summary>Closes all connections but those of who measures.</summary>
    /// <param name="except">Their name.</param>
    /// <returns>How many there were.</returns>
    internal int CloseConnections(string except)
    {
        using var connections = Get("connections");
        var names = connections.RootElement.EnumerateArray()
            .Where(one => !one.TryGetProperty("user_provided_name", out var given) || given.GetString() != except)
            .Select(one => one.GetProperty("name").GetString()!)
            .ToArray();
        foreach (var name in names)
            Delete($"connections/{Uri.EscapeDataString(name)}");
        return names.Length;
    }

    public void Dispose() => _http.Dispose();

    private JsonDocument Get(string what)
    {
        using var answer = Send(HttpMethod.Get, what, content: null);
        return JsonDocument.Parse(answer.Content.ReadAsStream());
    }

    private HttpResponseMessage Send(HttpMethod method, string what, object? content)
    {
        using var request = new HttpRequestMessage(method, what);
        if (content is not null)
            request.Content = JsonContent.Create(content);
        var answer = _http.Send(request);
        return answer.IsSuccessStatusCode || (method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound)
            ? answer
            : throw new InvalidOperationException($"RabbitMQ answered {answer.StatusCode} to {method} {what}.");
    }
}
