using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A cache's migration whose two sides Godwit reaches through networks that a test can break; writers reach
/// them as ever.</summary>
internal sealed class FaultyCacheNetwork : IAsyncDisposable
{
    private readonly TcpProxy _toSource;
    private readonly TcpProxy _toTarget;

    private FaultyCacheNetwork(RedisServer source, RedisServer target) =>
        (_toSource, _toTarget) = (new(source.Port), new(target.Port));

    public RedisJourney Journey { get; private set; } = null!;

    public static async Task<FaultyCacheNetwork> Begin(RedisPlan plan, RedisServer source, RedisServer target)
    {
        var network = new FaultyCacheNetwork(source, target);
        try
        {
            network.Journey = await RedisJourney.Begin(
                plan with { Wishes = wishes => network.Through(plan.Wishes(wishes)) }, source, target);
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
