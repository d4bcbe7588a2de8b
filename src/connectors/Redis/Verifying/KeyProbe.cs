using System.Text;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>Digests of keys, made in the server, so that no value has to travel.</summary>
internal static class KeyProbe
{
    /// <summary>For each key the SHA-1 of its serialised value without the version of the server, and when it expires;
    /// false where there is none. Declared to write nothing: a fence that pauses writers lets it through.</summary>
    private static readonly byte[] Script = Encoding.ASCII.GetBytes(
        """
        local found = {}
        for i, key in ipairs(KEYS) do
          local value = redis.call('DUMP', key)
          if value then
            found[i] = redis.sha1hex(string.sub(value, 1, -11)) .. redis.call('PEXPIRETIME', key)
          else
            found[i] = false
          end
        end
        return found
        """);

    /// <summary>Appends the command that probes some keys.</summary>
    internal static void Add(CommandBatch commands, IReadOnlyList<ReadOnlyMemory<byte>> keys)
    {
        commands.Begin(3 + keys.Count).Arg("EVAL_RO"u8).Arg(Script).Arg(keys.Count);
        foreach (var key in keys)
            commands.Arg(key.Span);
    }
}
