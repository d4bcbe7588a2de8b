namespace Godwit.Engine.Planning;

/// <summary>Which way records flow.</summary>
internal enum Direction
{
    /// <summary>From the source to the target.</summary>
    Forward,

    /// <summary>From the target back to the source, after a cutover.</summary>
    Backward,
}
