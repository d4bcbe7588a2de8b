namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What a migration file asks for.</summary>
/// <param name="From">Address of the source.</param>
/// <param name="To">Address of the target.</param>
internal sealed record MoveWishes(string From, string To)
{
    /// <summary>Null to move everything.</summary>
    public int? Tenant { get; init; }

    public string MaxPause { get; init; } = "10s";

    /// <summary>As <c>500KB</c>: slow enough that a copy can be met in its middle. Null for as fast as it
    /// goes.</summary>
    public string? BytesPerSecond { get; init; }

    /// <summary>The name of the entry in the route file.</summary>
    public string RouteName => Tenant?.ToString() ?? "*";

    public string Yaml(string name, string routes) =>
        $$"""
        migration: {{name}}
        {{(Tenant is null ? "" : $"tenant: {{ id: {Tenant} }}")}}
        moves:
          - from: {{From}}
            to:   {{To}}
            {{(Tenant is null ? "" : "tables: { tenant_column: tenant_id, reference: [public.plans] }")}}
        route: { file: {{routes}} }
        cutover: { max_pause: {{MaxPause}}, max_lag: 5s }
        {{(BytesPerSecond is null ? "" : $"limits: {{ bytes_per_second: {BytesPerSecond} }}")}}
        """;
}
