namespace Godwit.Core.Stores;

/// <summary>What a store is in a move.</summary>
public enum StoreRole
{
    Source,
    Target,
}
