using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Builds a key whose value is too large to hold: piece by piece under a name of Godwit's own, which nobody
/// looks at, to be given its own name in the transaction that says how far the copy has come.</summary>
/// <remarks>One RESTORE of such a value would stop the server for as long as it takes.</remarks>
internal sealed class LargeValueWriter(RedisConnection connection, RedisSession session)
{
    private const int PieceBytes = 1 << 20;
    private const int MostHeld = 16 << 20;
    private const int MostHeader = 9;

    private byte[]? _head;

    /// <summary>Where the value is until it has its own name, in the database of the key.</summary>
    private string _staging = "";

    /// <summary>Builds the value of the key at which a reader stands.</summary>
    /// <param name="reader">Has read the key, and not its value.</param>
    /// <param name="snapshot">The snapshot's bytes, at the value; stays the caller's.</param>
    /// <param name="selected">The database that is selected at the connection, and is again afterwards.</param>
    /// <param name="cancellation">Leaves what was built; it is removed before the next one.</param>
    internal async Task Build(
        RdbReader reader, Stream snapshot, int selected, CancellationToken cancellation)
    {
        (_head, _staging) = (null, session.StagingKey(reader.Key.Span));
        await Run(reader, selected, new CommandBatch(256).Add("UNLINK", _staging), cancellation).ConfigureAwait(false);
        if (reader.Type == RdbType.String
            && await AddString(reader, snapshot, selected, cancellation).ConfigureAwait(false))
            return;
        if (!ValuePieces.CanCut(reader.Type, reader.IsValkey))
        {
            await Run(reader, selected, await Whole(reader, snapshot, cancellation).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
            return;
        }
        await AddPieces(reader, snapshot, selected, cancellation).ConfigureAwait(false);
    }

    private async Task AddPieces(
        RdbReader reader, Stream snapshot, int selected, CancellationToken cancellation)
    {
        var pieces = new ValuePieces(snapshot, reader.Type, reader.IsValkey, PieceBytes, MostHeld);
        var key = System.Text.Encoding.UTF8.GetBytes(_staging);
        while (await pieces.Read(cancellation).ConfigureAwait(false))
        {
            var commands = new CommandBatch(PieceBytes);
            var elements = ValueElements.Decode(reader.Type, pieces.Value.Span, reader.IsValkey);
            foreach (var command in ElementCommands.Make(key, elements, reader.Version))
            {
                commands.Begin(command.Count);
                foreach (var word in command)
                    commands.Arg(word.Span);
            }
            await Run(reader, selected, commands, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>False when the string is compressed: the stream stands behind its first bytes then, which
    /// <see cref="_head"/> keeps.</returns>
    private async Task<bool> AddString(
        RdbReader reader, Stream snapshot, int selected, CancellationToken cancellation)
    {
        _head = new byte[MostHeader];
        await snapshot.ReadExactlyAsync(_head, cancellation).ConfigureAwait(false);
        var at = 0;
        if (!RdbLength.TryRead(_head, ref at, reader.ValueStart, out var length, out var isForm) || isForm)
            return false;
        var piece = new byte[PieceBytes];
        _head.AsSpan(at).CopyTo(piece);
        for (long told = 0; told < (long)length;)
        {
            // The first piece begins with what was read along with the length.
            var known = told == 0 ? _head.Length - at : 0;
            var size = (int)Math.Min(PieceBytes, (long)length - told);
            await snapshot.ReadExactlyAsync(piece.AsMemory(known, size - known), cancellation).ConfigureAwait(false);
            var append = new CommandBatch(PieceBytes + 256).Begin(3).Arg("APPEND"u8).Arg(_staging);
            await Run(reader, selected, append.Arg(piece.AsSpan(0, size)), cancellation).ConfigureAwait(false);
            told += size;
        }
        return true;
    }

    /// <summary>Adds the commands that give the value its own name.</summary>
    internal void AddRename(CommandBatch commands, ReadOnlySpan<byte> key, long expires)
    {
        commands.Begin(3).Arg("RENAME"u8).Arg(_staging).Arg(key);
        if (expires > 0)
            commands.Begin(3).Arg("PEXPIREAT"u8).Arg(key).Arg(expires);
    }

    private async Task Run(
        RdbReader reader, int selected, CommandBatch commands, CancellationToken cancellation)
    {
        await Select(reader.Database, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(await connection.Send(commands, cancellation).ConfigureAwait(false));
        await Select(selected, cancellation).ConfigureAwait(false);
    }

    private async Task Select(int database, CancellationToken cancellation)
    {
        if (session.Scope.IsServer)
            await connection.One(
                new CommandBatch(64).Begin(2).Arg("SELECT"u8).Arg(database), cancellation).ConfigureAwait(false);
    }

    /// <summary>Compressed strings, streams and values of modules are in one piece, and have to be held.</summary>
    private async Task<CommandBatch> Whole(RdbReader reader, Stream snapshot, CancellationToken cancellation)
    {
        var value = new byte[reader.ValueLength];
        _head?.CopyTo(value, 0);
        await snapshot.ReadExactlyAsync(value.AsMemory(_head?.Length ?? 0), cancellation).ConfigureAwait(false);
        var commands = new CommandBatch(value.Length + 256);
        commands.Begin(5).Arg("RESTORE"u8).Arg(_staging).Arg(0);
        RestorePayload.Write(commands.ArgSpace(value.Length + RestorePayload.Overhead), reader.Type, value);
        return commands.Arg("REPLACE"u8);
    }
}
