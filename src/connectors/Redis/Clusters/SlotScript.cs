using System.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Puts commands on keys of different slots into a form in which a node of a cluster takes them in one
/// transaction.</summary>
/// <remarks>
/// A transaction of a cluster may name keys of one slot only. A script that names none may use any that its node owns,
/// so each command goes in as a script of its own: its reply stays its own, and what it does is told to replicas as
/// always. Redis documentation, "Redis Cluster specification" and "Eval scripts": scripts without a shebang line.
/// </remarks>
internal static class SlotScript
{
    /// <summary>Lua takes no more values from a table than about 8,000.</summary>
    internal const int MostWords = 7_000;

    /// <summary>The field of the checkpoint that says that a command met a slot of another node.</summary>
    internal const string MovedField = "moved";

    private static readonly string[] Elsewhere =
        ["non local key", "same slot", "CLUSTERDOWN", "MOVED", "TRYAGAIN", "CROSSSLOT"];

    /// <summary>The slot may have gone between two transactions, not within one: the checkpoint remembers that what
    /// came with it is not whole.</summary>
    private static readonly byte[] Write = Encoding.ASCII.GetBytes(
        $$"""
        local reply = redis.pcall(unpack(ARGV, 2))
        if type(reply) == 'table' and reply.err then
          for _, word in ipairs({ '{{string.Join("', '", Elsewhere)}}' }) do
            if string.find(reply.err, word, 1, true) then
              redis.call('HSET', ARGV[1], '{{MovedField}}', ARGV[3] or ARGV[2])
            end
          end
        end
        return reply
        """);

    private static readonly byte[] Read = "return redis.call(unpack(ARGV))"u8.ToArray();

    /// <summary>Appends commands that write.</summary>
    /// <param name="into">Gets one command for each.</param>
    /// <param name="commands">As they would be sent.</param>
    /// <param name="checkpoint">The key of the checkpoint, at the same node.</param>
    internal static void AddWrites(CommandBatch into, ReadOnlySpan<byte> commands, ReadOnlySpan<byte> checkpoint)
    {
        var reader = new CommandFrameReader();
        while (!commands.IsEmpty)
        {
            if (reader.Read(commands) != FrameStatus.Complete)
                throw new InvalidOperationException("A transaction is made of whole commands.");
            var frame = reader.Frame(commands);
            // Libraries have no keys, and no script may load them. The checkpoint goes in as it is, so that a node that
            // takes no writes (full, a replica, without its own replicas) refuses all of the transaction, as it refuses
            // each command of a script by itself.
            if (CommandName.Is(frame.Name, "FUNCTION"u8) || (frame.Count > 1 && frame[1].SequenceEqual(checkpoint)))
                into.AddRaw(frame.Bytes, 1);
            else
                AddWrite(into, frame, checkpoint);
            commands = commands[reader.Consumed..];
        }
    }

    /// <summary>Whether an error says that a key is not, or not yet, at the node.</summary>
    internal static bool SaysElsewhere(RespValue error) =>
        Array.Exists(Elsewhere, word => error.Text.Contains(word, StringComparison.Ordinal));

    /// <summary>Begins a command that reads; as many <c>Arg</c> calls have to follow as it has words.</summary>
    internal static CommandBatch BeginRead(CommandBatch into, int words) =>
        into.Begin(3 + words).Arg("EVAL_RO"u8).Arg(Read).Arg(0);

    private static void AddWrite(CommandBatch into, CommandFrame frame, ReadOnlySpan<byte> checkpoint)
    {
        if (frame.Count > MostWords)
            throw new InvalidOperationException($"Of a command of {frame.Count} words the keys are read again.");
        into.Begin(4 + frame.Count).Arg("EVAL"u8).Arg(Write).Arg(0).Arg(checkpoint);
        for (var i = 0; i < frame.Count; i++)
            into.Arg(frame[i]);
    }
}
