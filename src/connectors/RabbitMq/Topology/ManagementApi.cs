using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Asks a broker's management API what AMQP does not tell.</summary>
internal sealed class ManagementApi : IDisposable
{
    private const int Attempts = 3;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly string _virtualHost;
    private readonly string _shown;

    internal ManagementApi(BrokerAddress address, string shown)
    {
        _http = new HttpClient { BaseAddress = address.Management, Timeout = Answer };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.User}:{address.Password}")));
        (_virtualHost, _shown) = (Uri.EscapeDataString(address.VirtualHost), shown);
    }

    /// <summary>Null when the API cannot be asked; <see cref="WhyNot"/> says why.</summary>
    internal async Task<IReadOnlyList<QueueFacts>?> TryQueues(CancellationToken cancellation) =>
        (await TryList("queues", cancellation).ConfigureAwait(false))?.Select(QueueFacts.Of).ToList();

    internal Task<IReadOnlyList<JsonElement>?> TryExchanges(CancellationToken cancellation) =>
        TryList("exchanges", cancellation);

    internal Task<IReadOnlyList<JsonElement>?> TryBindings(CancellationToken cancellation) =>
        TryList("bindings", cancellation);

    /// <summary>Why the last question had no answer.</summary>
    internal string WhyNot { get; private set; } = "It was not asked";

    public void Dispose() => _http.Dispose();

    /// <summary>A broker answers with an error of its own when a queue is deleted while it lists them: then it is asked
    /// again.</summary>
    private async Task<HttpResponseMessage> Get(string what, CancellationToken cancellation)
    {
        for (var left = Attempts; ; left--)
        {
            var answer = await _http.GetAsync(
                new Uri($"api/{what}/{_virtualHost}", UriKind.Relative), cancellation).ConfigureAwait(false);
            if (answer.StatusCode < HttpStatusCode.InternalServerError || left == 1)
                return answer;
            answer.Dispose();
        }
    }

    private async Task<IReadOnlyList<JsonElement>?> TryList(string what, CancellationToken cancellation)
    {
        try
        {
            using var answer = await Get(what, cancellation).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new GodwitException(RabbitMqProblems.NoManagementRight(_shown));
            answer.EnsureSuccessStatusCode();
            var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(stream, default, cancellation).ConfigureAwait(false);
            return [.. json.RootElement.EnumerateArray().Select(one => one.Clone())];
        }
        catch (Exception failure) when (
            failure is HttpRequestException or JsonException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            WhyNot = failure.Message;
            return null;
        }
    }
}
