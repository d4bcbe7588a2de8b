using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Decides what one command means to a destination that holds a part of the keys only.</summary>
/// <param name="scope">Says which.</param>
/// <param name="table">The commands of the server that told it.</param>
/// <param name="checkpoint">What the keys begin with that mark what Godwit itself wrote, for whichever part of the
/// migration: libraries belong to no part, and each part would bring back what another has brought.</param>
/// <param name="destination">What the destination is: in a cluster no command has keys of several slots, and an old
/// server lacks some commands.</param>
internal sealed class ScopeJudge(RedisScope scope, CommandTable table, byte[] checkpoint, ServerFacts destination)
{
    /// <summary>Whether a sum of commands has to be carried out one by one.</summary>
    internal bool Divides => destination.IsCluster;

    /// <summary>Whether the destination knows libraries of functions.</summary>
    internal bool TakesFunctions => !destination.IsBefore7;

    /// <summary>The keys of the command that was judged last.</summary>
    internal KeyList Keys { get; } = new();

    internal CommandKind KindOf(CommandFrame command) => table.Kind(command);

    /// <summary>Whether the command says how far changes have come that flow the other way: whatever is in one
    /// transaction with it Godwit itself wrote.</summary>
    internal bool IsCheckpoint(CommandFrame command) =>
        command.Count > 2 && command[1].StartsWith(checkpoint) && CommandName.Is(command.Name, "HSET"u8);

    /// <summary>Judges a command that may change data.</summary>
    internal Judgement Judge(CommandFrame command, int database)
    {
        var finding = table.Keys(command, Keys);
        switch (finding)
        {
            case KeyFinding.None:
                return table.Kind(command) == CommandKind.Unknown ? Judgement.Unknown : Judgement.Drop;
            case KeyFinding.Found or KeyFinding.ReadsOthers or KeyFinding.Declared:
                break;
            default:
                return Judgement.Unknown;
        }
        var (inside, written, outside) = Count(command, database);
        if (finding == KeyFinding.Declared && !(scope.IsServer && scope.IsWhole))
            return Judgement.Unknown;
        if (!scope.IsServer && MovesElsewhere())
            return Judgement.Reread;
        if (written == 0)
            return Judgement.Drop;
        if (NewerCommands.AreNeeded(command, destination.Commands))
            return Judgement.Reread;
        if (outside == 0 && (finding != KeyFinding.ReadsOthers || scope.IsAlone)
            && !(destination.IsCluster && IsWide(command)))
            return Judgement.Forward;
        return inside > 0 && Projection.IsSum(command) ? Judgement.Project : Judgement.Reread;
    }

    /// <summary>Whether a key of the command belongs to the scope.</summary>
    internal bool IsInside(CommandFrame command, KeyReference key, int database) =>
        scope.Contains(database, command[key.Argument]);

    /// <summary>Whether a node of a cluster could not carry it out.</summary>
    private bool IsWide(CommandFrame command)
    {
        var slot = -1;
        foreach (var key in Keys.Items)
        {
            var other = KeySlot.Of(command[key.Argument]);
            if (slot >= 0 && other != slot)
                return true;
            slot = other;
        }
        return command.Count > SlotScript.MostWords;
    }

    private (int Inside, int Written, int Outside) Count(CommandFrame command, int database)
    {
        var (inside, written, outside) = (0, 0, 0);
        foreach (var key in Keys.Items)
        {
            if (!scope.Contains(database, command[key.Argument]))
            {
                outside++;
                continue;
            }
            inside++;
            if (IsWritten(key))
                written++;
        }
        return (inside, written, outside);
    }

    internal static bool IsWritten(KeyReference key) => (key.Use & ~KeyUse.Read) != KeyUse.None;

    private bool MovesElsewhere()
    {
        foreach (var key in Keys.Items)
        {
            if (key.Use.HasFlag(KeyUse.Elsewhere))
                return true;
        }
        return false;
    }
}
