using System.Text;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis;

/// <summary>Asks a server when a key expires: Unix milliseconds; −1: never; −2: there is no such key.</summary>
/// <remarks>Servers before 7.0 say only how long it has still to live. A script asks for the time before and after,
/// until both are of one millisecond: so the answer is exact.</remarks>
internal static class KeyExpiry
{
    /// <summary>Lua that defines <c>expiry(key)</c> for servers before 7.0.</summary>
    internal const string Function =
        """
        local function expiry(key)
          local before = redis.call('TIME')
          while true do
            local left = redis.call('PTTL', key)
            local after = redis.call('TIME')
            if left < 0 then return left end
            local ms = before[1] * 1000 + math.floor(before[2] / 1000)
            if ms == after[1] * 1000 + math.floor(after[2] / 1000) then return ms + left end
            before = after
          end
        end

        """;

    private static readonly byte[] Script = Encoding.ASCII.GetBytes(Function + "return expiry(KEYS[1])");

    /// <summary>Adds the question, which is one command.</summary>
    internal static CommandBatch Ask(CommandBatch commands, ServerFacts facts, ReadOnlySpan<byte> key) =>
        facts.IsBefore7
            ? commands.Begin(4).Arg("EVAL"u8).Arg(Script).Arg(1).Arg(key)
            : commands.Begin(2).Arg("PEXPIRETIME"u8).Arg(key);
}
