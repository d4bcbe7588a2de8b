using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>Ends following with everything proved equal, for the modes that end by themselves.</summary>
internal sealed class Resting(RunContext run)
{
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(30);

    private long? _since;

    /// <summary>
    /// Looks at all touched records; when none is left unproved, the followers end in the same moment, so that what was
    /// proved is what is there.
    /// </summary>
    /// <returns>Whether the run may end. Under traffic without a pause it may, after a while, with records undecided;
    /// then the next run looks at everything again.</returns>
    internal async Task<bool> TryRest(Crew crew, CancellationToken cancellation)
    {
        _since ??= run.Clock.GetTimestamp();
        await crew.StopVerification();
        var equal = await VerifyTouched(crew, cancellation)
            && crew.Followers.All(one => one.Ledger is { Count: 0, LostTrack: false });
        if (!equal && run.Clock.GetElapsedTime(_since.Value) < LongestTry)
        {
            crew.StartVerification();
            return false;
        }
        await crew.StopFollowing();
        if (equal && run.Definition.Mode == MigrationMode.Incremental)
            await run.Journal.Append(FactKind.Rested, new RestedFact(true), cancellation);
        return true;
    }

    internal async Task<bool> VerifyTouched(Crew crew, CancellationToken cancellation)
    {
        var equal = true;
        foreach (var follower in crew.Followers)
        {
            var (verdict, units) = await run.Recoverer.Do(
                token => new TouchedVerifier(follower, run.Clock).VerifyAll(token), cancellation);
            if (units.Count > 0)
                await run.Journal.Append(FactKind.Verified, new VerifiedFact(units), cancellation);
            equal &= verdict == Verdict.Equal && !follower.Ledger.LostTrack;
        }
        return equal;
    }
}
