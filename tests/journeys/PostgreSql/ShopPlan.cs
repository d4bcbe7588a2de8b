namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Which shop a journey moves, and what goes on in it meanwhile.</summary>
internal sealed record ShopPlan
{
    /// <summary>A copy of <see cref="Larger"/> takes seconds then, and changes, which share the limit, keep
    /// up.</summary>
    public const string Slowly = "1MB";

    public static ShopSize Larger { get; } = new(400, 3, 3, 40, 100) { TextStep = 20 };

    public required ulong Seed { get; init; }

    /// <summary>Null to move everything.</summary>
    public int? Tenant { get; init; }

    /// <summary>Tenants at the source, from 1 on.</summary>
    public int Tenants { get; init; } = 4;

    /// <summary>Tenants that are at the target before; only where one tenant is moved.</summary>
    public int TargetTenants { get; init; }

    public ShopSize Size { get; init; } = new(60, 3, 3, 20, 40) { TextStep = 20 };

    /// <summary>Writers of what is moved.</summary>
    public int Writers { get; init; } = 3;

    /// <summary>From one transaction of a writer to its next.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(60);

    public Func<ShopHabits, ShopHabits> Habits { get; init; } = habits => habits;

    public Func<MoveWishes, MoveWishes> Wishes { get; init; } = wishes => wishes;
}
