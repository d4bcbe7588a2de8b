namespace Godwit.Engine.Cutover;

/// <summary>Where a handover of traffic stands. The names reach the journal: append, never rename.</summary>
internal enum HandoffStage
{
    /// <summary>Nothing is being handed over; the last attempt, if any, was undone.</summary>
    Idle,

    /// <summary>Lag and verification are looked at; nothing was done yet.</summary>
    Readying,

    /// <summary>The fences of all moves are being raised where traffic is.</summary>
    Fencing,

    /// <summary>What was committed before the fence is being brought over.</summary>
    Draining,

    /// <summary>Records touched since they were last proved equal are being verified.</summary>
    Verifying,

    /// <summary>Counters are set and the start of the way back is recorded.</summary>
    Arming,

    /// <summary>The route is being switched: the point of no return.</summary>
    Switching,

    /// <summary>The fence where traffic goes now is being lowered.</summary>
    Opening,

    /// <summary>Traffic has gone over.</summary>
    Done,

    /// <summary>The attempt failed: fences are being put back as they were.</summary>
    Undoing,
}
