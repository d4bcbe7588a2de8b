using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;

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

    public void Dispose() => _http.Dispose();

    private HttpResponseMessage Send(HttpMethod method, string what, object? content)
    {
        using var request = new HttpRequestMessage(method, what);
        if (content is not null)
            request.Content = JsonContent.Create(content);
        var answer = _http.Send(request);
        var isGone = method == HttpMethod.Delete && answer.StatusCode == HttpStatusCode.NotFound;
        return answer.IsSuccessStatusCode || isGone
            ? answer
            : throw new InvalidOperationException($"RabbitMQ answered {answer.StatusCode} to {method} {what}.");
    }
}
