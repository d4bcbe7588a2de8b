namespace Godwit.Engine.Cutover;

/// <summary>What can have happened.</summary>
internal enum HandoffNewsKind
{
    Requested,
    Ready,
    NotReady,
    Fenced,
    Drained,
    Clean,
    Unclean,
    Armed,
    RouteSwitched,

    /// <summary>The step did not work, and it is known that it had no effect beyond what undoing takes back.</summary>
    Failed,
    DeadlinePassed,
    Opened,
    Undone,
}
