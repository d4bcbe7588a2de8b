namespace Godwit.Engine.Journal;

/// <summary>The kinds of entries. Frozen: a kind is only ever added.</summary>
internal static class FactKind
{
    internal const string Planned = "planned";
    internal const string Chunks = "chunks";
    internal const string ChunkDone = "chunk-done";
    internal const string Copied = "copied";
    internal const string Phase = "phase";
    internal const string Command = "command";
    internal const string Outcome = "outcome";
    internal const string Handoff = "handoff";
    internal const string Problem = "problem";
    internal const string Verified = "verified";
    internal const string Pass = "pass";
    internal const string Repaired = "repaired";
    internal const string LateWrites = "late-writes";
    internal const string Missed = "missed";
    internal const string Rested = "rested";
    internal const string Head = "head";
    internal const string Recut = "recut";
}
