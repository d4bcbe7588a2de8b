using Godwit.Core.Digests;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Verifying;

/// <summary>Verifies the records that were touched since they were last proved equal; all that a handover has to look
/// at.</summary>
internal sealed class TouchedVerifier(Follower follower, TimeProvider clock)
{
    /// <summary>How many are looked at together.</summary>
    private const int GroupSize = 2_000;

    /// <summary>Looks at some of the waiting keys in the background, so that few are left for the fence.</summary>
    /// <returns>How many were proved different; they stay in the ledger.</returns>
    internal async Task<int> VerifySome(CancellationToken cancellation)
    {
        var verifier = new RecordVerifier(follower, clock);
        var different = 0;
        foreach (var stream in follower.Ledger.Waiting(GroupSize))
        {
            var judgement = await verifier.Judge(follower.Lane.Streams[stream.Key], [.. stream], cancellation);
            different += judgement.Different.Count;
        }
        return different;
    }

    /// <summary>Looks at all of them, for the handover, and says so as units of the receipt.</summary>
    internal async Task<(Verdict Verdict, IReadOnlyList<VerifiedUnit> Units)> VerifyAll(CancellationToken cancellation)
    {
        var verifier = new RecordVerifier(follower, clock);
        var units = new List<VerifiedUnit>();
        var worst = Verdict.Equal;
        foreach (var stream in follower.Ledger.Waiting(int.MaxValue))
        {
            var (different, undecided, digest) = (0, 0, default(RangeDigest));
            foreach (var group in stream.Chunk(GroupSize))
            {
                var judgement = await verifier.Judge(follower.Lane.Streams[stream.Key], group, cancellation);
                different += judgement.Different.Count;
                undecided += judgement.Undecided.Count;
                foreach (var key in group)
                    digest = digest.Add(XxHash64.Hash(key.Bytes));
            }
            var verdict = different > 0 ? Verdict.Different : undecided > 0 ? Verdict.Undecided : Verdict.Equal;
            units.Add(Unit(stream.Key, verdict, digest));
            worst = Worse(worst, verdict);
        }
        return (worst, units);
    }

    /// <remarks>The digest is of the keys: it says which records were looked at.</remarks>
    private VerifiedUnit Unit(int stream, Verdict verdict, RangeDigest keys) => new(
        follower.Lane.Name, follower.Lane.Streams[stream].Schema.Name, "touched", keys.Count, keys.ToString(),
        keys.ToString(), follower.Reached?.ToString() ?? "", VerificationPass.Name(verdict),
        Moment.Text(clock.GetUtcNow()));

    private static Verdict Worse(Verdict one, Verdict other) =>
        one == Verdict.Different || other == Verdict.Different ? Verdict.Different
        : one == Verdict.Undecided || other == Verdict.Undecided ? Verdict.Undecided
        : Verdict.Equal;
}
