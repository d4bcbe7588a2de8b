namespace Godwit.Bench.Peers;

/// <summary>Whether an aim was reached, as a word.</summary>
internal static class Verdict
{
    internal static string Of(bool reached) => reached ? "met" : "**missed**";
}
