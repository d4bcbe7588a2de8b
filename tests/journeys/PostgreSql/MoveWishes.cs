namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What a migration file asks for.</summary>
/// <param name="From">Address of the source.</param>
/// <param name="To">Address of the target.</param>
internal sealed record MoveWishes(string From, string To)
{
    /// <summary>Of the migration: several at one store need one each.</summary>
    public string Name { get; init; } = DatabaseMove.Name;

    /// <summary>Null to move everything.</summary>
    public int? Tenant { get; init; }

    /// <summary>The pattern of the keys that are moved, of a cache; null where no cache or all of it is
    /// moved.</summary>
    public string? Keys { get; init; }

    /// <summary>The pattern of the queues that are moved, of a broker; null where there is none.</summary>
    public string? Queues { get; init; }

    /// <summary>The user of a cache whose writes the fence refuses.</summary>
    public string? FencedUser { get; init; }

    public string MaxPause { get; init; } = "10s";

    /// <summary>As <c>500KB</c>: slow enough that a copy can be met in its middle. Null for as fast as it
    /// goes.</summary>
    public string? BytesPerSecond { get; init; }

    /// <summary>All of the file, where a test has it from elsewhere; null: it is written as wished.</summary>
    public string? File { get; init; }

    /// <summary>Variables of Godwit's environment.</summary>
    public IReadOnlyDictionary<string, string> World { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the entry in the route file.</summary>
    public string RouteName => Tenant?.ToString() ?? "*";

    private string Tables => Tenant is null || Keys is not null
        ? ""
        : "tables: { tenant_column: tenant_id, reference: [public.plans] }";

    public string Yaml(string routes) => File ??
        $$"""
        migration: {{Name}}
        {{(Tenant is null ? "" : $"tenant: {{ id: {Tenant} }}")}}
        moves:
          - from: {{From}}
            to:   {{To}}
            {{(Keys is null ? "" : $"keys: ['{Keys}']")}}
            {{(Queues is null ? "" : $"queues: ['{Queues}']")}}
            {{(FencedUser is null ? "" : $"fence: {{ acl_user: {FencedUser} }}")}}
            {{Tables}}
        route: { file: {{routes}} }
        cutover: { max_pause: {{MaxPause}}, max_lag: 5s }
        {{(BytesPerSecond is null ? "" : $"limits: {{ bytes_per_second: {BytesPerSecond} }}")}}
        """;
}
