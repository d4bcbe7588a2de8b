using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rows;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Rows of a table that has the shape of <see cref="KeyTable"/>'s, as the keys that they stand for.</summary>
/// <param name="source">The table's store, for people.</param>
internal sealed class TableKeys(RedisSession session, string source) : IRowForm
{
    private TargetEncoding? _encoding;

    /// <summary>Whether names of keys are bytes in a table, and not text.</summary>
    internal static bool HasBytes(StreamSchema schema) =>
        schema.Columns[schema.ColumnNamed("key")].Type.ToUpperInvariant() is "BLOB" or "BYTEA";

    public async ValueTask<IRowWriter> Writer(StreamSchema schema, CancellationToken cancellation)
    {
        if (Problem(schema) is { } problem)
            throw new GodwitException(problem);
        var control = await session.Control(cancellation).ConfigureAwait(false);
        _encoding ??= await TargetEncoding.Ask(control, session, cancellation).ConfigureAwait(false);
        var now = await HeldExpiries.Now(control, cancellation).ConfigureAwait(false);
        return new KeyWriter(this, schema, _encoding, now);
    }

    public async IAsyncEnumerable<IReadOnlyList<byte[]>> Names(
        StreamSchema schema, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (_, names) in new ScopeSweep(session).Walk(session.OwnDatabase, cancellation)
            .ConfigureAwait(false))
            yield return names;
    }

    /// <summary>What keeps a table's rows from being keys; null when nothing does.</summary>
    internal Problem? Problem(StreamSchema schema) => TableRow.Differences(schema) is { } why
        ? RedisProblems.NoKeyTable(source, session.Shown, schema.Name, why)
        : null;

    /// <exception cref="GodwitException">The row stands for no key.</exception>
    internal TableRow Read(StreamSchema schema, RecordBatch rows, int row, long now) =>
        TableRow.Read(source, session.Scope, session.OwnDatabase, schema, rows, row, now);

    /// <summary>Appends a name as the table's key says it.</summary>
    internal static void Append(StreamSchema schema, RecordBatch keys, ReadOnlySpan<byte> name)
    {
        if (HasBytes(schema))
            keys.AppendBytes(name);
        else
            keys.AppendText(KeyText.Of(name));
    }

    private sealed class KeyWriter(TableKeys keys, StreamSchema schema, TargetEncoding encoding, long now) : IRowWriter
    {
        public void AddRow(CommandBatch commands, RecordBatch rows, int row)
        {
            var read = keys.Read(schema, rows, row, now);
            if (!encoding.TryAddKey(commands, read.Name, read.Elements, read.Expires))
                throw new GodwitException(RedisProblems.NoKeyRow(
                    schema.Name, Key.Show(rows, row, schema.ColumnNamed("key")),
                    "The server does not know hashes whose fields expire"));
        }

        public void AddGone(CommandBatch commands, RecordBatch gone, int row)
        {
            // A row that stood for no key was never written.
            if (TableRow.NameAt(gone, row, 0) is { } name && keys.Owns(name))
                commands.Begin(2).Arg("UNLINK"u8).Arg(name);
        }
    }

    private bool Owns(byte[] name) => session.Scope.Contains(session.OwnDatabase, name);
}
