namespace Godwit.Engine.Planning;

/// <summary>What a run is expected to take, from sizes in the catalogs and a probe of each source's speed.</summary>
/// <param name="Records">To be copied.</param>
/// <param name="Bytes">To be copied.</param>
/// <param name="Chunks">To be copied.</param>
/// <param name="Copy">Time for the copy with indexes.</param>
/// <param name="CatchUp">Time to take over what changes meanwhile, at the rate that was seen, or a tenth of the
/// copy.</param>
/// <param name="Pause">Time that writers will be held up by the cutover.</param>
public sealed record PlanEstimate(
    long Records, long Bytes, int Chunks, TimeSpan Copy, TimeSpan CatchUp, TimeSpan Pause);
