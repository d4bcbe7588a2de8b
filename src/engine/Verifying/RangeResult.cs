using Godwit.Core.Digests;
using Godwit.Core.Records;

namespace Godwit.Engine.Verifying;

/// <summary>What was found out about one range.</summary>
internal sealed record RangeResult(
    RangeDigest Origin, RangeDigest Destination, IReadOnlyList<Key> Different, IReadOnlyList<Key> Undecided)
{
    internal Verdict Verdict =>
        Different.Count > 0 ? Verdict.Different : Undecided.Count > 0 ? Verdict.Undecided : Verdict.Equal;
}
