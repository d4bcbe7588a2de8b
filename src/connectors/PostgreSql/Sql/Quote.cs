using System.Globalization;
using System.Text;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Names and values as they are written in SQL.</summary>
internal static class Quote
{
    internal static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(Name));

    internal static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A stream's name, <c>schema.table</c> as the catalog made it, as SQL.</summary>
    internal static string Table(StreamSchema schema) => Table(schema.Name);

    /// <inheritdoc cref="Table(StreamSchema)"/>
    internal static string Table(string name)
    {
        var (schema, table) = Split(name);
        return $"{Name(schema)}.{Name(table)}";
    }

    /// <summary>The parts of a stream's name. A schema's name holds no dot: the catalog refuses those.</summary>
    internal static (string Schema, string Table) Split(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? ("public", name) : (name[..dot], name[(dot + 1)..]);
    }

    /// <summary>One value of a batch as a literal of a column's type.</summary>
    internal static string Value(RecordBatch batch, int record, int at, ColumnSchema column) =>
        batch.KindAt(record, at) switch
        {
            ValueKind.Null => $"NULL::{column.Type}",
            ValueKind.Integer when Wire.Of(column) == Wire.Bool =>
                batch.IntegerAt(record, at) == 0 ? "false" : "true",
            _ => $"{Text(Plain(batch, record, at))}::{column.Type}",
        };

    /// <summary>A value as PostgreSQL's input functions read it.</summary>
    internal static string Plain(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Integer => batch.IntegerAt(record, at).ToString(CultureInfo.InvariantCulture),
        ValueKind.Real => Real(batch.RealAt(record, at)),
        ValueKind.Text => Encoding.UTF8.GetString(batch.BytesAt(record, at)),
        ValueKind.Bytes => $"\\x{Convert.ToHexStringLower(batch.BytesAt(record, at))}",
        var kind => throw new InvalidOperationException($"Value kind {kind} has no text."),
    };

    internal static string Real(double value) =>
        double.IsPositiveInfinity(value) ? "Infinity"
        : double.IsNegativeInfinity(value) ? "-Infinity"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
