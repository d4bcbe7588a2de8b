namespace Godwit.Engine.Planning;

/// <summary>One <c>from → to</c> pair of a migration.</summary>
public sealed record MoveDefinition
{
    /// <summary>For people and the route: as written, tenant filled in, without secrets.</summary>
    public required string From { get; init; }

    /// <inheritdoc cref="From"/>
    public required string To { get; init; }

    /// <summary>Patterns with <c>*</c> for streams that are moved; nothing else is looked at.</summary>
    public IReadOnlyList<string> Include { get; init; } = ["*"];

    /// <summary>Patterns for streams that are left out although included.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Patterns for streams that are compared and never changed.</summary>
    public IReadOnlyList<string> Reference { get; init; } = [];

    /// <summary>Name of the column that holds the tenant's id; null when the address itself selects the
    /// tenant.</summary>
    public string? TenantColumn { get; init; }

    /// <summary>Whether the addresses were written with the tenant in them, so that all that is there is the
    /// tenant's.</summary>
    public bool TenantInAddress { get; init; }
}
