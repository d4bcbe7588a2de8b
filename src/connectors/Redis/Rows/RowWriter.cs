using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>The commands that make a row's hash what the row is.</summary>
internal sealed class RowWriter(RowKey key, StreamSchema schema) : IRowWriter
{
    /// <summary>Replaces the hash: a field whose column is null must not stay.</summary>
    public void AddRow(CommandBatch commands, RecordBatch rows, int row)
    {
        var name = key.Of(rows, row, column => column);
        commands.Begin(2).Arg("UNLINK"u8).Arg(name);
        var values = schema.Columns.Select((_, column) => RowText.Of(rows, row, column)).ToArray();
        commands.Begin(2 + (2 * values.Count(one => one is not null))).Arg("HSET"u8).Arg(name);
        for (var column = 0; column < values.Length; column++)
        {
            if (values[column] is { } value)
                commands.Arg(schema.Columns[column].Name).Arg(value);
        }
    }

    public void AddGone(CommandBatch commands, RecordBatch keys, int row) =>
        commands.Begin(2).Arg("UNLINK"u8).Arg(NameOf(keys, row));

    /// <summary>The name for a key.</summary>
    internal byte[] NameOf(RecordBatch keys, int row) =>
        key.Of(keys, row, column => schema.KeyColumns.ToList().IndexOf(column));
}
