using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Asks a broker's management API what AMQP does not tell.</summary>
internal sealed class ManagementApi : IDisposable
{
    private const int Attempts = 5;

    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http;
    private readonly string _virtualHost;
    private readonly string _shown;
    private readonly TimeProvider _clock;

    internal ManagementApi(BrokerAddress address, string shown, TimeProvider clock)
    {
        _clock = clock;
        var connections = new SocketsHttpHandler();
        connections.SslOptions.RemoteCertificateValidationCallback = BrokerTrust.Of(address, shown);
        _http = new HttpClient(connections) { BaseAddress = address.Management, Timeout = Answer };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.User}:{address.Password}")));
        (_virtualHost, _shown) = (Uri.EscapeDataString(address.VirtualHost), shown);
    }

    /// <summary>Null when the API cannot be asked; <see cref="WhyNot"/> says why.</summary>
    internal async Task<IReadOnlyList<QueueFacts>?> TryQueues(CancellationToken cancellation) =>
        (await TryList("queues", cancellation).ConfigureAwait(false))?.Select(QueueFacts.Of).ToList();

    internal async Task<IReadOnlyList<ExchangeFacts>?> TryExchanges(CancellationToken cancellation) =>
        (await TryList("exchanges", cancellation).ConfigureAwait(false))?.Select(ExchangeFacts.Of).ToList();

    internal async Task<IReadOnlyList<BindingFacts>?> TryBindings(CancellationToken cancellation) =>
        (await TryList("bindings", cancellation).ConfigureAwait(false))?.Select(BindingFacts.Of).ToList();

    /// <summary>Null where we may not ask, too.</summary>
    internal async Task<IReadOnlyList<PolicyFacts>?> TryPolicies(CancellationToken cancellation) =>
        (await TryAllowed("policies", $"/{_virtualHost}", cancellation).ConfigureAwait(false))
            ?.Select(PolicyFacts.Of).ToList();

    /// <summary>The users who may do something in the virtual host; null where we may not ask, too.</summary>
    internal async Task<IReadOnlyList<string>?> TryUsers(CancellationToken cancellation) =>
        (await TryAllowed($"vhosts/{_virtualHost}/permissions", "", cancellation).ConfigureAwait(false))
            ?.Select(one => one.GetProperty("user").GetString() ?? "").ToList();

    /// <summary>Makes a policy.</summary>
    /// <exception cref="GodwitException">We may not, or the API does not answer.</exception>
    internal Task Put(PolicyFacts policy, CancellationToken cancellation) => Put(
        $"policies/{_virtualHost}/{Uri.EscapeDataString(policy.Name)}", policy.All,
        why => RabbitMqProblems.PolicyNotMade(_shown, policy.Name, policy.Definition, why), cancellation);

    /// <summary>Makes an exchange; one that is there already has to be the same.</summary>
    /// <exception cref="GodwitException">We may not, or the API does not answer.</exception>
    internal Task Put(ExchangeFacts exchange, CancellationToken cancellation) => Put(
        $"exchanges/{_virtualHost}/{Uri.EscapeDataString(exchange.Name)}", exchange.All,
        why => RabbitMqProblems.ExchangeNotMade(_shown, exchange.Name, why), cancellation);

    /// <summary>Why the last question had no answer.</summary>
    internal string WhyNot { get; private set; } = "It was not asked";

    public void Dispose() => _http.Dispose();

    private async Task Put(
        string place, JsonElement what, Func<string, Problem> problem, CancellationToken cancellation)
    {
        try
        {
            using var content = new StringContent(what.GetRawText(), Encoding.UTF8, "application/json");
            using var answer = await _http.PutAsync(new Uri($"api/{place}", UriKind.Relative), content, cancellation)
                .ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new GodwitException(problem(await Reason(answer, cancellation).ConfigureAwait(false)));
        }
        catch (Exception failure) when (failure is HttpRequestException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new GodwitException(problem(failure.Message), failure);
        }
    }

    /// <summary>What the API says of a refusal.</summary>
    private static async Task<string> Reason(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var said = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        return $"{(int)answer.StatusCode} {answer.ReasonPhrase} {said}".TrimEnd();
    }

    private async Task<IReadOnlyList<JsonElement>?> TryAllowed(
        string what, string where, CancellationToken cancellation)
    {
        try
        {
            return await TryList(what, where, cancellation).ConfigureAwait(false);
        }
        catch (GodwitException refused) when (refused.Problem.Code == RabbitMqProblems.NoManagementRightCode)
        {
            WhyNot = refused.Problem.What;
            return null;
        }
    }

    private Task<IReadOnlyList<JsonElement>?> TryList(string what, CancellationToken cancellation) =>
        TryList(what, $"/{_virtualHost}", cancellation);

    /// <remarks>Under load it fails now and then with an error of its own: it is asked again.</remarks>
    private async Task<IReadOnlyList<JsonElement>?> TryList(
        string what, string where, CancellationToken cancellation)
    {
        for (var left = Attempts; ; left--)
        {
            try
            {
                return await List($"api/{what}{where}", cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (
                failure is HttpRequestException or JsonException
                || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                WhyNot = (failure.InnerException as AuthenticationException ?? failure).Message;
                var isItsOwn = failure is HttpRequestException { StatusCode: >= HttpStatusCode.InternalServerError };
                if (left <= 1 || !isItsOwn)
                    return null;
            }
            await Task.Delay(Pause, _clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<JsonElement>> List(string place, CancellationToken cancellation)
    {
        using var answer = await _http.GetAsync(new Uri(place, UriKind.Relative), cancellation).ConfigureAwait(false);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new GodwitException(RabbitMqProblems.NoManagementRight(_shown));
        answer.EnsureSuccessStatusCode();
        var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var json = await JsonDocument.ParseAsync(stream, default, cancellation).ConfigureAwait(false);
        return [.. json.RootElement.EnumerateArray().Select(one => one.Clone())];
    }
}
