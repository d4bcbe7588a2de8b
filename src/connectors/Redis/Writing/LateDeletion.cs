using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Carries out deletions that a fenced server tells, unless they may only mean that its copy has
/// expired.</summary>
/// <remarks>A server tells its replicas of an expired key as of one that was deleted. Who renews it writes elsewhere by
/// then, so the copy expires that is not renewed any more, and the key must stay. A key that has a time to live where
/// it is now goes by itself; so nothing that was deleted stays for good.</remarks>
internal static class LateDeletion
{
    /// <summary>Before 7.0 there is no NX, and no node of a cluster that Godwit writes to.</summary>
    private static readonly byte[] Script =
        "return redis.call('PTTL', KEYS[1]) == -1 and redis.call('UNLINK', KEYS[1]) or 0"u8.ToArray();

    /// <returns>False when it is no deletion of a single key: an expired one is always told alone.</returns>
    internal static bool TryAdd(CommandBatch commands, CommandFrame frame, ServerFacts destination)
    {
        if (frame.Count != 2 || (!CommandName.Is(frame.Name, "DEL"u8) && !CommandName.Is(frame.Name, "UNLINK"u8)))
            return false;
        if (destination.IsBefore7)
        {
            commands.Begin(4).Arg("EVAL"u8).Arg(Script).Arg(1).Arg(frame[1]);
            return true;
        }

        // A time in the past deletes at once, and NX leaves a key alone that has a time to live. Not by a script: a
        // node of a cluster takes commands in scripts, which cannot run others.
        commands.Begin(4).Arg("PEXPIREAT"u8).Arg(frame[1]).Arg(1).Arg("NX"u8);
        return true;
    }
}
