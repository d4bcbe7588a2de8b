using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A shop's migration whose two sides Godwit reaches through networks that a test can break; writers reach
/// them as ever.</summary>
internal sealed class FaultyNetwork : IAsyncDisposable
{
    private readonly TcpProxy _toSource;
    private readonly TcpProxy _toTarget;

    private FaultyNetwork(PostgreSqlServer server) => (_toSource, _toTarget) = (new(server.Port), new(server.Port));

    public ShopJourney Journey { get; private set; } = null!;

    public static async Task<FaultyNetwork> Begin(ShopPlan plan, PostgreSqlServer server)
    {
        var network = new FaultyNetwork(server);
        try
        {
            network.Journey = await ShopJourney.Begin(
                plan with { Wishes = wishes => network.Through(plan.Wishes(wishes)) }, server, server);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Breaks the network to one side.</summary>
    /// <param name="cut">Connections are reset; otherwise nothing gets through and nobody is told.</param>
    public void Break(bool atSource, bool cut)
    {
        var network = atSource ? _toSource : _toTarget;
        if (cut)
            network.Cut();
        else
            network.Stall();
    }

    public void Heal()
    {
        _toSource.Heal();
        _toTarget.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        if (Journey is not null)
            await Journey.DisposeAsync();
        await _toSource.DisposeAsync();
        await _toTarget.DisposeAsync();
    }

    private MoveWishes Through(MoveWishes wishes) => wishes with
    {
        From = At(wishes.From, _toSource.Port),
        To = At(wishes.To, _toTarget.Port),
    };

    private static string At(string address, int port) => new UriBuilder(address) { Port = port }.Uri.ToString();
}
