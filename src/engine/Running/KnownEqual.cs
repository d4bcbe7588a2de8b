using Godwit.Core.Records;
using Godwit.Engine.Following;

namespace Godwit.Engine.Running;

/// <summary>Everything was proved equal at a moment, but for some records that could not be.</summary>
/// <param name="Unproved">By number of the move: stream and key of what has to be looked at still.</param>
internal sealed record KnownEqual(ILookup<int, (int Stream, Key Key)> Unproved)
{
    internal static KnownEqual After(IReadOnlyList<Follower> followers) => new(
        followers
            .SelectMany(one => one.Ledger.All.Select(key => (one.Lane.Number, key)))
            .ToLookup(one => one.Number, one => one.key));

    internal void Tell(int lane, TouchedLedger ledger)
    {
        ledger.StartClean();
        foreach (var (stream, key) in Unproved[lane])
            ledger.Suspect(stream, key);
    }
}
