namespace Godwit.Engine.Cutover;

/// <summary>What the sequence wants done next.</summary>
internal enum HandoffOrder
{
    None,
    CheckReady,
    RaiseFences,
    Drain,
    VerifyTouched,
    Arm,
    SwitchRoute,
    OpenDestination,
    Undo,
}
