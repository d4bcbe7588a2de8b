using System.Text;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>Digests of keys, made in the server, so that no value has to travel.</summary>
internal static class KeyProbe
{
    /// <summary>For each key the SHA-1 of its serialised value without the version of the server, and when it expires;
    /// false where there is none, and a number where the value is larger than the first argument says. Sets and hashes
    /// that the server keeps in tables (types 2 and 4) are serialised in an order of their own at each server: their
    /// members are summed up instead. Declared to write nothing: a fence that pauses writers lets it through.</summary>
    private static readonly byte[] Script = Encoding.ASCII.GetBytes(
        """
        local found = {}
        local function sum(parts, step)
          local low, high = 0, 0
          for i = 1, #parts, step do
            local text = parts[i]
            if step == 2 then text = #text .. ':' .. text .. parts[i + 1] end
            local digest = redis.sha1hex(text)
            low = (low + tonumber(string.sub(digest, 1, 12), 16)) % 281474976710656
            high = (high + tonumber(string.sub(digest, 13, 24), 16)) % 281474976710656
          end
          return string.format('%d:%012x%012x', #parts, low, high)
        end
        local call, sha, sub, byte = redis.call, redis.sha1hex, string.sub, string.byte
        local most = tonumber(ARGV[1])
        local small = { embstr = true, int = true, listpack = true, intset = true, ziplist = true }
        local function is_large(key)
          local encoding = call('OBJECT', 'ENCODING', key)
          if not encoding or small[encoding] then return false end
          if encoding == 'raw' then return call('STRLEN', key) > most end
          return (call('MEMORY', 'USAGE', key) or 0) > most
        end
        local keys = #KEYS > 0 and KEYS or { unpack(ARGV, 2) }
        for i, key in ipairs(keys) do
          local value = not is_large(key) and call('DUMP', key)
          if value then
            local type = byte(value, 1)
            local digest
            if type == 4 then
              digest = sum(call('HGETALL', key), 2)
            elseif type == 2 then
              digest = sum(call('SMEMBERS', key), 1)
            else
              digest = sha(sub(value, 1, -11))
            end
            found[i] = digest .. '/' .. call('PEXPIRETIME', key)
          else
            found[i] = is_large(key) and 1
          end
        end
        return found
        """);

    private static readonly byte[] ScriptBefore7 = Encoding.ASCII.GetBytes(
        KeyExpiry.Function + Encoding.ASCII.GetString(Script).Replace(
            "call('PEXPIRETIME', key)", "expiry(key)", StringComparison.Ordinal));

    /// <summary>Appends the command that probes some keys.</summary>
    /// <param name="commands">Gets it.</param>
    /// <param name="keys">At least one.</param>
    /// <param name="facts">What the server is: before 7.0 no script can be declared to write nothing.</param>
    /// <param name="isCluster">Whether they are of a cluster, where a script may declare keys of one slot only; of what
    /// it does not declare it may use all that its node owns.</param>
    internal static void Add(
        CommandBatch commands, IReadOnlyList<ReadOnlyMemory<byte>> keys, ServerFacts facts, bool isCluster)
    {
        commands.Begin(4 + keys.Count).Arg(facts.IsBefore7 ? "EVAL"u8 : "EVAL_RO"u8)
            .Arg(facts.IsBefore7 ? ScriptBefore7 : Script).Arg(isCluster ? 0 : keys.Count);
        if (isCluster)
            commands.Arg(ValueDumps.LargestWhole);
        foreach (var key in keys)
            commands.Arg(key.Span);
        if (!isCluster)
            commands.Arg(ValueDumps.LargestWhole);
    }
}
