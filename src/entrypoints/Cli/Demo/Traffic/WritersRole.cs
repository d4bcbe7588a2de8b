namespace Godwit.Cli.Demo.Traffic;

/// <summary>Which of the shop's writers a process is.</summary>
internal enum WritersRole
{
    /// <summary>Those of the tenant that moves: they follow the route.</summary>
    Tenant,

    /// <summary>Those of all other tenants, at both shards: they stay where they are, and nothing may stop
    /// them.</summary>
    Neighbours,
}
