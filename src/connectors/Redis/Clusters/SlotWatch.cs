using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Notices that slots of a part have left the server that is followed for it, for good.</summary>
/// <remarks>For one task at a time. While slots are under way nothing is raised: what is followed meanwhile is that
/// server's history, and whoever takes over the slots copies them anew.</remarks>
internal sealed class SlotWatch(SlotOwner owner, SlotSet slots, string shown, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private RedisConnection? _connection;
    private long? _looked;
    private (string Map, long Since)? _apart;

    /// <summary>Looks, when it has not done so for a while.</summary>
    /// <param name="followed">The node that is followed; null when none is yet.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <exception cref="GodwitException">The slots are elsewhere, and stay there.</exception>
    internal async Task Look(string? followed, CancellationToken cancellation)
    {
        if (_looked is { } last && clock.GetElapsedTime(last) < Interval)
            return;
        _looked = clock.GetTimestamp();
        var connection = await Connection(cancellation).ConfigureAwait(false);
        var map = await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false);
        if (map is null || map.Any(one => one.Slots.Contains(slots) && (followed ?? one.Id) == one.Id))
        {
            _apart = null;
            return;
        }
        var survey = await ClusterSurvey.Take(connection, clock, cancellation).ConfigureAwait(false);
        if (survey is not { IsSettled: true } || survey.Text != _apart?.Map)
            _apart = survey is { IsSettled: true } ? (survey.Text, clock.GetTimestamp()) : null;
        else if (clock.GetElapsedTime(_apart.Value.Since) >= ClusterSurvey.Settling)
            throw new GodwitException(RedisProblems.SlotsRecut(shown, $"{slots}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    private async Task<RedisConnection> Connection(CancellationToken cancellation)
    {
        if (_connection is { IsAlive: true })
            return _connection;
        await DisposeAsync().ConfigureAwait(false);
        return _connection = await owner.Any(cancellation).ConfigureAwait(false);
    }
}
