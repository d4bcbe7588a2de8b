namespace Godwit.Core.Stores;

/// <summary>How surely a fence stops writers.</summary>
public enum FenceStrength
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Writers are asked to follow the route; late writes are seen, moved and counted.</summary>
    Cooperative,

    /// <summary>The store refuses their writes.</summary>
    Enforced,
}
