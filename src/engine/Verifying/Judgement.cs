using Godwit.Core.Records;

namespace Godwit.Engine.Verifying;

/// <summary>What was found out about some keys of one stream; those that are in neither list are equal.</summary>
internal sealed record Judgement(IReadOnlyList<Key> Different, IReadOnlyList<Key> Undecided)
{
    internal static Judgement AllEqual { get; } = new([], []);
}
