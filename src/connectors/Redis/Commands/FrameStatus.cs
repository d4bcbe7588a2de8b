namespace Godwit.Connectors.Redis.Commands;

/// <summary>What the bytes at hand are.</summary>
internal enum FrameStatus
{
    /// <summary>The beginning of a command, or nothing yet.</summary>
    Incomplete,

    /// <summary>A whole command, perhaps with more after it.</summary>
    Complete,

    /// <summary>No command, whatever may follow.</summary>
    Malformed,
}
