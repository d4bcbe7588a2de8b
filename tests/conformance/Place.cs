namespace Godwit.Tests.Conformance;

/// <summary>A side of the move.</summary>
public enum Place
{
    Source,
    Target,
}
