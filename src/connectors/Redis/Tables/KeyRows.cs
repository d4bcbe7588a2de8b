using System.Text;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Keys as rows of a table: <c>key, type, value, expires_at</c>, all of them text.</summary>
internal static class KeyRows
{
    internal const string DefaultTable = "keys";

    internal const int Key = 0;
    internal const int Type = 1;
    internal const int Value = 2;
    internal const int ExpiresAt = 3;

    /// <summary>Bytes that a value may have, decoded and as text: a row is held whole, several times over.</summary>
    internal const int MostBytes = SnapshotWriter.MostHeld;

    internal static IReadOnlyList<string> Columns { get; } = ["key", "type", "value", "expires_at"];

    /// <summary>The table that keys become.</summary>
    internal static StreamSchema Schema(string table, long records, long bytes) => new()
    {
        Name = table,
        Columns =
        [
            .. Columns.Select((name, at) => new ColumnSchema(name, KeyTableDialect.Text, Nullable: at == ExpiresAt)),
        ],
        KeyColumns = [Key],
        EstimatedRecords = records,
        EstimatedBytes = bytes,
    };

    internal static RecordBatch New() => new(Columns.Count);

    /// <summary>Appends a key.</summary>
    /// <param name="shown">The server, for people.</param>
    /// <param name="name">Of the key.</param>
    /// <param name="type">A value of <see cref="RdbType"/>.</param>
    /// <param name="value">The whole value in that encoding.</param>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    /// <param name="isValkey">Whether a Valkey of 9.0 or later wrote it.</param>
    /// <exception cref="GodwitException">It is a module's value, or too large.</exception>
    internal static void Append(
        RecordBatch rows, string shown, ReadOnlySpan<byte> name, byte type, ReadOnlySpan<byte> value, long expires,
        bool isValkey)
    {
        if (RdbType.KindOf(type, isValkey) is null)
            throw new GodwitException(RedisProblems.NoRow(shown, Printable.Text(name), $"type {type}"));
        try
        {
            Append(rows, name, ValueElements.Decode(type, value, isValkey, MostBytes), expires);
        }
        catch (ValueTooLongException large)
        {
            throw TooLarge(shown, name, large.Length, large);
        }
    }

    /// <summary>What to say of a value that no row may hold.</summary>
    internal static GodwitException TooLarge(
        string shown, ReadOnlySpan<byte> name, long length, Exception? cause = null) =>
        new(RedisProblems.TooLargeForARow(shown, Printable.Text(name), length, MostBytes), cause);

    private static void Append(RecordBatch rows, ReadOnlySpan<byte> name, ValueElements elements, long expires)
    {
        var text = ValueForm.Of(elements);
        if (text.Length > MostBytes)
            throw new ValueTooLongException(text.Length, MostBytes);
        rows.AppendText(KeyText.Of(name));
        rows.AppendText(ValueForm.TypeOf(elements));
        rows.AppendText(text.Span);
        if (expires < 0)
            rows.AppendNull();
        else
            rows.AppendText(Encoding.ASCII.GetBytes(ExpiryText.Of(expires)));
        rows.EndRecord();
    }
}
