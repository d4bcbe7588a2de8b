using System.Collections.Concurrent;
using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What writers have been through.</summary>
internal sealed class ShopTally(TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, long> _acknowledged = new();
    private readonly ConcurrentDictionary<int, long> _sentAway = new();
    private readonly ConcurrentQueue<(int Tenant, TimeSpan Time)> _pauses = new();
    private readonly ConcurrentDictionary<string, int> _said = new();
    private long _transactions;
    private long _refusals;

    /// <summary>Transactions that wrote something and were acknowledged.</summary>
    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Transactions that a fence has sent away.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Times from the last transaction before a tenant's writer was sent away to the first after.</summary>
    /// <remarks>A fence that lets transactions in flight end has several: short ones before its own.</remarks>
    public IReadOnlyCollection<(int Tenant, TimeSpan Time)> Pauses => _pauses;

    /// <summary>What servers said when they sent a writer away or were not there, and how often.</summary>
    public IReadOnlyDictionary<string, int> Said => _said;

    internal void Acknowledged(int tenant)
    {
        Interlocked.Increment(ref _transactions);
        if (_sentAway.TryRemove(tenant, out var since))
            _pauses.Enqueue((tenant, clock.GetElapsedTime(since)));
        _acknowledged[tenant] = clock.GetTimestamp();
    }

    internal void Refused(int tenant, PostgresException refusal)
    {
        Interlocked.Increment(ref _refusals);
        _sentAway.TryAdd(tenant, _acknowledged.TryGetValue(tenant, out var last) ? last : clock.GetTimestamp());
        Hear($"{refusal.SqlState} {refusal.MessageText} {refusal.Hint}");
    }

    internal void Lost(NpgsqlException gone) => Hear(gone.Message);

    private void Hear(string words) => _said.AddOrUpdate(words, 1, (_, times) => times + 1);
}
