namespace Godwit.Cli.Demo.Traffic;

/// <summary>Whether a fence may stop a writer.</summary>
internal enum Fenced
{
    /// <summary>It is the moving tenant's: it looks for the new place and tries again.</summary>
    AtCutover,

    /// <summary>It is a tenant's that stays: a fence that stops it is wrong.</summary>
    Never,
}
