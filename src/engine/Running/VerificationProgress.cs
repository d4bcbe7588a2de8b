using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>What verification has to say.</summary>
/// <param name="Verdict">Of the last complete pass; undecided before the first.</param>
/// <param name="Passes">Complete passes of this run.</param>
/// <param name="RangesDone">In the pass that is running.</param>
/// <param name="Ranges">In the pass that is running.</param>
/// <param name="Waiting">Records touched since they were last proved equal.</param>
/// <param name="Repaired">Records written again because they were proved different, by this run.</param>
public sealed record VerificationProgress(
    Verdict Verdict, int Passes, int RangesDone, int Ranges, int Waiting, long Repaired);
