using System.Buffers.Binary;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Writes values so that a destination takes them that may be older than the origin, or of the other
/// vendor.</summary>
/// <param name="version">The version of the format that the destination writes itself.</param>
internal sealed class TargetEncoding(int version)
{
    private const int VersionPlace = 10;

    /// <summary>Asks a destination, by what it makes of a value of its own.</summary>
    internal static async Task<TargetEncoding> Ask(
        RedisConnection connection, RedisSession session, CancellationToken cancellation)
    {
        var key = session.ProbeKey;
        var replies = await connection.Send(
            new CommandBatch(256).Add("SET", key, "1", "PX", "100000").Add("DUMP", key).Add("UNLINK", key),
            cancellation)
            .ConfigureAwait(false);
        connection.ThrowIfError(replies);
        var payload = replies[1].Bytes;
        return new TargetEncoding(
            BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(payload.Length - VersionPlace)));
    }

    /// <summary>Adds the word that RESTORE takes.</summary>
    /// <returns>False when the destination has no encoding of such a value.</returns>
    internal bool TryAdd(CommandBatch commands, byte type, ReadOnlyMemory<byte> value, bool isValkey)
    {
        if (ValueEncoder.Encode(type, value, isValkey, version) is not { LosesFieldExpiries: false } encoded)
            return false;
        RestorePayload.Write(
            commands.ArgSpace(encoded.Value.Length + RestorePayload.Overhead), encoded.Type, encoded.Value.Span);
        return true;
    }

    /// <summary>Adds what the origin's DUMP gave as the word that RESTORE takes.</summary>
    /// <param name="payload">Passed on unseen where nothing is known of its type: the destination says then whether it
    /// takes it.</param>
    /// <returns>False when the destination has no encoding of such a value.</returns>
    internal bool TryAddPayload(
        CommandBatch commands, ReadOnlyMemory<byte> payload, bool isFromValkey, bool isForValkey)
    {
        var parsed = RestorePayload.Parse(payload);
        if (RdbType.Since(parsed.Type) == int.MaxValue && isFromValkey == isForValkey)
        {
            commands.Arg(payload.Span);
            return true;
        }
        if (!Takes(parsed.Type, isFromValkey))
            return TryAdd(commands, parsed.Type, parsed.Value, isFromValkey);
        RestorePayload.Write(
            commands.ArgSpace(parsed.Value.Length + RestorePayload.Overhead), parsed.Type, parsed.Value.Span);
        return true;
    }

    /// <summary>Adds the commands that make a key what it shall hold, whatever it held.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    /// <returns>False, and nothing is added, when the destination has no encoding of such a value.</returns>
    internal bool TryAddKey(CommandBatch commands, byte[] key, ValueElements elements, long expires)
    {
        if (elements.Kind == ValueKind.Stream)
        {
            AddStream(commands, key, elements, expires);
            return true;
        }
        if (ValueEncoder.Encode(elements, version) is not { LosesFieldExpiries: false } encoded)
            return false;
        commands.Begin(6).Arg("RESTORE"u8).Arg(key).Arg(expires < 0 ? 0 : Math.Max(1, expires));
        RestorePayload.Write(
            commands.ArgSpace(encoded.Value.Length + RestorePayload.Overhead), encoded.Type, encoded.Value.Span);
        commands.Arg("REPLACE"u8).Arg("ABSTTL"u8);
        return true;
    }

    private void AddStream(CommandBatch commands, byte[] key, ValueElements elements, long expires)
    {
        commands.Begin(2).Arg("UNLINK"u8).Arg(key);
        foreach (var command in ElementCommands.Make(key, elements, version))
        {
            commands.Begin(command.Count);
            foreach (var word in command)
                commands.Arg(word.Span);
        }
        if (expires >= 0)
            commands.Begin(3).Arg("PEXPIREAT"u8).Arg(key).Arg(expires);
    }

    /// <summary>Whether values of a type are taken as they are.</summary>
    internal bool Takes(byte type, bool isValkey) =>
        RdbType.IsKnownTo(version, type) && (RdbType.KindOf(type, isValkey) is not null || type == RdbType.Module);
}
