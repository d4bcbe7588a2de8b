namespace Godwit.Core.Changes;

/// <summary>Changes in a form that only stores of one family understand: operations that are passed through.</summary>
/// <remarks>They are carried out exactly once, together with the position that they reach.</remarks>
public interface INativeChanges
{
    /// <summary>See <see cref="Stores.Abilities.Family"/>.</summary>
    string Family { get; }
}
