using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Records;
using ValueKind = Godwit.Connectors.Redis.Rdb.ValueKind;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>A key as a record: its type, its value and when it expires.</summary>
internal static class ValueRecord
{
    /// <summary>Appends the three values that follow a key.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal static void Append(RecordBatch records, ReadOnlyMemory<byte> payload, long expires, bool isValkey)
    {
        var parsed = RestorePayload.Parse(payload);
        Append(records, parsed.Type, parsed.Value, expires, isValkey);
    }

    /// <summary>The same of a value as a snapshot has it.</summary>
    internal static void Append(
        RecordBatch records, byte type, ReadOnlyMemory<byte> value, long expires, bool isValkey)
    {
        if (RdbType.KindOf(type, isValkey) is null)
        {
            records.AppendText("module"u8);
            records.AppendBytes(value.Span);
        }
        else
        {
            var elements = ValueElements.Decode(type, value.Span, isValkey);
            records.AppendText(ValueText.NameOf(elements.Kind));
            if (elements.Kind == ValueKind.String)
                records.AppendBytes(elements.Strings[0]);
            else
                records.AppendBytes(ValueText.Of(elements));
        }
        if (expires < 0)
            records.AppendNull();
        else
            records.AppendInteger(expires);
    }
}
