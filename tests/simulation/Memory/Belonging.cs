namespace Godwit.Tests.Simulation;

/// <summary>Whose a record is, seen from one migration.</summary>
internal enum Belonging
{
    InScope,

    /// <summary>Somebody else's.</summary>
    Other,

    /// <summary>No path connects it to any tenant.</summary>
    Orphan,
}
