using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using ValueKind = Godwit.Core.Records.ValueKind;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>A row that stands for a key.</summary>
/// <param name="Name">Of the key.</param>
/// <param name="Elements">What it holds.</param>
/// <param name="Expires">Unix milliseconds; −1: never.</param>
internal sealed record TableRow(byte[] Name, ValueElements Elements, long Expires)
{
    /// <summary>What keeps a table from standing for keys, for people, without a full stop; null when nothing
    /// does.</summary>
    internal static string? Differences(StreamSchema schema)
    {
        var missing = KeyRows.Columns.Where(one => schema.ColumnNamed(one) < 0).ToList();
        var others = schema.Columns.Select(one => one.Name)
            .Where(one => !KeyRows.Columns.Contains(one, StringComparer.OrdinalIgnoreCase)).ToList();
        var found = new List<string>();
        if (missing.Count > 0)
            found.Add($"it lacks {string.Join(", ", missing)}");
        if (others.Count > 0)
            found.Add($"nothing of a key is in {string.Join(", ", others)}");
        if (missing.Count == 0 && (schema.KeyColumns.Count > 1 || schema.KeyColumns[0] != schema.ColumnNamed("key")))
            found.Add("its key is not the column key");
        return found.Count == 0 ? null : "The table does not have the shape of keys: " + string.Join("; ", found);
    }

    /// <summary>Reads a row.</summary>
    /// <param name="from">Its store, for people.</param>
    /// <param name="rows">All columns of <paramref name="schema"/>.</param>
    /// <param name="now">Milliseconds since 1970, for what rows do not say.</param>
    /// <exception cref="GodwitException">It stands for no key of the scope.</exception>
    internal static TableRow Read(
        string from, RedisScope scope, int database, StreamSchema schema, RecordBatch rows, int row, long now)
    {
        try
        {
            return Read(scope, database, schema, rows, row, now);
        }
        catch (FormatException broken)
        {
            throw new GodwitException(
                RedisProblems.NoKeyRow(
                    from, Key.Show(rows, row, schema.ColumnNamed("key")),
                    char.ToUpperInvariant(broken.Message[0]) + broken.Message[1..]),
                broken);
        }
    }

    /// <summary>The name that a key of rows says; null when it says none.</summary>
    internal static byte[]? NameAt(RecordBatch keys, int record, int column) => keys.KindAt(record, column) switch
    {
        ValueKind.Text => KeyText.Read(keys.BytesAt(record, column)),
        ValueKind.Bytes => keys.BytesAt(record, column).ToArray(),
        _ => null,
    };

    private static TableRow Read(
        RedisScope scope, int database, StreamSchema schema, RecordBatch rows, int row, long now)
    {
        int Of(string column) => schema.ColumnNamed(column);
        var keyColumn = Of("key");
        if (rows.KindAt(row, keyColumn) == ValueKind.Bytes != TableKeys.HasBytes(schema))
            throw new FormatException("its key is of another kind than its column");
        var name = NameAt(rows, row, keyColumn)
            ?? throw new FormatException("its key is no text of a name: a backslash is written \\x5c there");
        if (!scope.Contains(database, name))
            throw new FormatException("its key does not match the patterns in 'keys', or is one of Godwit's own");
        if (Bytes(rows, row, Of("type")) is not { } type || Bytes(rows, row, Of("value")) is not { } value)
            throw new FormatException("its type or its value is no text");
        if (value.Length > KeyRows.MostBytes)
            throw new FormatException($"its value has {value.Length} bytes, and a key may have {KeyRows.MostBytes}");

        // Bytes are the string already; the text of bytes is base64.
        var isPlain = rows.KindAt(row, Of("value")) == ValueKind.Bytes && type.AsSpan().SequenceEqual("bytes"u8);
        var elements = ValueFormReader.Read(isPlain ? "string"u8 : type, value, now);
        return new TableRow(name, elements, Expiry(rows, row, Of("expires_at")));
    }

    private static long Expiry(RecordBatch rows, int row, int column) => rows.KindAt(row, column) switch
    {
        ValueKind.Null => -1,
        ValueKind.Text when ExpiryText.Read(rows.BytesAt(row, column)) is { } time => time,
        _ => throw new FormatException("its expires_at is no time: it is written 2026-11-26T10:20:30.123Z"),
    };

    private static byte[]? Bytes(RecordBatch rows, int row, int column) =>
        rows.KindAt(row, column) is ValueKind.Text or ValueKind.Bytes ? rows.BytesAt(row, column).ToArray() : null;
}
