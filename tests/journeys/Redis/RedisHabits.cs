using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>How writers of a cache behave.</summary>
internal sealed record RedisHabits
{
    /// <summary>Where a writer shall write now, with the number of switches so far. It may let it wait.</summary>
    public required Func<CancellationToken, ValueTask<(long Epoch, RedisServer Place)>> Route { get; init; }

    /// <summary>The number of switches so far, at once.</summary>
    public required Func<long> Epoch { get; init; }

    /// <summary>User and password that it comes with; null for whoever the server lets in.</summary>
    public (string User, string Password)? User { get; init; }

    /// <summary>Whether it writes to other keys after each switch. Where the fence only asks, what was written last at
    /// the old place may arrive after what is written first at the new one.</summary>
    public bool LeavesKeysAtHandovers { get; init; }

    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(10);
}
