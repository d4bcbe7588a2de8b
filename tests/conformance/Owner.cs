namespace Godwit.Tests.Conformance;

/// <summary>Whose record it is.</summary>
public enum Owner
{
    /// <summary>The migration moves it.</summary>
    Mine,

    /// <summary>Another tenant's: nobody touches it, at either side.</summary>
    Neighbour,
}
