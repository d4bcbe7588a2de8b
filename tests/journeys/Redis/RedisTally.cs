using System.Collections.Concurrent;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What writers have been through.</summary>
internal sealed class RedisTally
{
    private readonly ConcurrentDictionary<string, int> _said = new();
    private long _acknowledged;
    private long _refusals;

    /// <summary>Steps that were acknowledged.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Steps that a server did not take.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>What servers said when they sent a writer away or were not there, and how often.</summary>
    public IReadOnlyDictionary<string, int> Said => _said;

    internal void Acknowledge() => Interlocked.Increment(ref _acknowledged);

    internal void Refuse(string words)
    {
        Interlocked.Increment(ref _refusals);
        Hear(words);
    }

    internal void Hear(string words) => _said.AddOrUpdate(words, 1, (_, times) => times + 1);
}
