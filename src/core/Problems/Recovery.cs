namespace Godwit.Core.Problems;

/// <summary>What the engine does about a <see cref="Problem"/>.</summary>
public enum Recovery
{
    /// <summary>Trying again may work; the engine does so, with growing pauses.</summary>
    Retry,

    /// <summary>The run stops and keeps its place; a person acts, then resumes.</summary>
    Pause,

    /// <summary>What is moved was redefined: the run begins anew with what the catalogs say, from where it
    /// stands.</summary>
    Replan,

    /// <summary>The stores that are open are not the right ones any more: the run ends, and whoever opened them opens
    /// others and runs again, from where it stands.</summary>
    Reopen,

    /// <summary>The run cannot continue; the target is left as the last completed step describes it.</summary>
    Stop,
}
