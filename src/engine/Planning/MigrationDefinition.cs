using Godwit.Core.Records;

namespace Godwit.Engine.Planning;

/// <summary>What the user asked for: the migration file, read and refused where it is nonsense.</summary>
public sealed record MigrationDefinition
{
    /// <summary>Unique among the migrations of one state directory; letters, digits, '.', '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant's id as one value; null moves everything selected.</summary>
    public Key? Tenant { get; init; }

    /// <summary>The tenant's id as the route names it; <c>*</c> without a tenant.</summary>
    public string RouteName { get; init; } = "*";

    public MigrationMode Mode { get; init; } = MigrationMode.Hybrid;

    public required IReadOnlyList<MoveDefinition> Moves { get; init; }

    /// <summary>The longest that writers may be held up by a cutover or rollback; past it the step is undone.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest lag with which a cutover may begin.</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many chunks are copied, or verified, at once in one move; null: as many as the stores are able
    /// to.</summary>
    public int? Parallel { get; init; }

    /// <summary>The file's text before variables were filled in, for later commands that have only the name.</summary>
    public string Text { get; init; } = "";
}
