using Godwit.Tests.Journeys.PostgreSql;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Which keys a journey moves, and what goes on meanwhile.</summary>
internal sealed record RedisPlan
{
    /// <summary>The user of the moved tenant's writers, where they have one.</summary>
    public static readonly (string User, string Password) TenantUser = ("shop42", "sesame");

    public const int MovedTenant = 42;

    public required ulong Seed { get; init; }

    /// <summary>False to move all of the server.</summary>
    public bool OneTenant { get; init; }

    /// <summary>Whether the fence refuses the tenant's user.</summary>
    public bool FencesUser { get; init; }

    /// <summary>Keys that are there before, and stay as they are.</summary>
    public int Filling { get; init; } = 2_000;

    public int Writers { get; init; } = 4;

    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(15);

    public Func<MoveWishes, MoveWishes> Wishes { get; init; } = wishes => wishes;

    /// <summary>What the names of moved keys begin with.</summary>
    public string Prefix => OneTenant ? $"t:{MovedTenant}:" : "";

    /// <summary>The databases that have moved keys.</summary>
    public IReadOnlyList<int> Databases => OneTenant ? [0] : [0, 3];

    /// <summary>Whether a key is moved, or would be if it were there.</summary>
    public bool Moves(CacheKey key) =>
        Databases.Contains(key.Database) && key.Name.StartsWith(Prefix, StringComparison.Ordinal);
}
