using Godwit.Engine.Journal;

namespace Godwit.Engine.Verifying;

/// <summary>What a pass over everything found.</summary>
internal sealed record PassResult(
    int Ranges, int Equal, int Undecided, int Different, long Records, long DifferentRecords, long UndecidedRecords,
    IReadOnlyList<RecordDifference> Sample)
{
    internal Verdict Verdict =>
        Different > 0 ? Verdict.Different : Undecided > 0 ? Verdict.Undecided : Verdict.Equal;
}
