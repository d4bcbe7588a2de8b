namespace Godwit.Engine.Running;

/// <summary>How far a run goes by itself.</summary>
/// <param name="Until">Where it ends.</param>
/// <param name="AutomaticCutover">Whether it cuts over as soon as it is ready, without being told.</param>
public sealed record RunGoal(RunUntil Until, bool AutomaticCutover);
