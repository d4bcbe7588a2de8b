namespace Godwit.Cli.Demo.Audit;

/// <summary>What a finding counts as.</summary>
internal enum FindingKind
{
    /// <summary>The last acknowledged state of a key is not what its home holds.</summary>
    Lost,

    /// <summary>Something of the moving tenant is there that nobody wrote, or that was deleted.</summary>
    Duplicated,

    /// <summary>Something of a tenant that stays is not as its writers left it.</summary>
    OtherTenant,
}
