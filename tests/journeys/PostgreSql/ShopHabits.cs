using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>How writers of a shop behave.</summary>
internal sealed record ShopHabits
{
    /// <summary>The connection string of the database that a tenant's writers shall use now. It may let them wait;
    /// cancelled when they are stopped.</summary>
    public required Func<int, CancellationToken, ValueTask<string>> Route { get; init; }

    /// <summary>Whether a writer was sent away: it asks for the route again, and tries until it may write.</summary>
    public Func<PostgresException, bool> IsFence { get; init; } = _ => false;

    /// <summary>The least time from one transaction of a writer to its next.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>The most parts of 32 bytes in a document that is written anew. Above about 60 a text is stored
    /// apart.</summary>
    public int LongestText { get; init; } = 1500;

    /// <summary>Part of the transactions that do not wait for the disk.</summary>
    /// <remarks>0 where a source is killed: what it acknowledged so may be lost by itself.</remarks>
    public double AsyncCommits { get; init; } = 0.2;
}
