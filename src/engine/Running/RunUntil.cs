namespace Godwit.Engine.Running;

/// <summary>Where a run ends by itself.</summary>
public enum RunUntil
{
    /// <summary>When all chunks are at the target.</summary>
    Copied,

    /// <summary>When the target has caught up and one verification pass is through.</summary>
    Following,

    /// <summary>When traffic has gone over.</summary>
    Cutover,

    /// <summary>When the migration is finished or aborted.</summary>
    Finished,
}
