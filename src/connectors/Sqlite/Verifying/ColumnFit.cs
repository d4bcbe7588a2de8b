using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Verifying;

/// <summary>Which values a column gives back as they are: what its affinity turns into something else does
/// not.</summary>
internal static partial class ColumnFit
{
    private const string NaN = "SQLite turns NaN into null";
    private const string Becomes = "SQLite would turn it into";

    private static readonly SearchValues<byte> InNumbers = SearchValues.Create("0123456789+-.eE \t\n\v\f\r"u8);

    internal static ValueFit Of(ColumnSchema column)
    {
        var fit = OfAffinity(DeclaredType.AffinityOf(column.Type));
        return column.Nullable
            ? fit
            : (batch, record, at) =>
                batch.KindAt(record, at) == ValueKind.Null ? "null is refused there" : fit(batch, record, at);
    }

    private static ValueFit OfAffinity(Affinity affinity) => affinity switch
    {
        Affinity.Text => OfText,
        Affinity.Real => OfReal,
        Affinity.Numeric or Affinity.Integer => OfNumber,
        _ => Any,
    };

    private static string? Any(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Real when double.IsNaN(batch.RealAt(record, at)) => NaN,
        _ => null,
    };

    private static string? OfText(RecordBatch batch, int record, int at) =>
        batch.KindAt(record, at) is ValueKind.Integer or ValueKind.Real
            ? $"{Becomes} a text"
            : Any(batch, record, at);

    private static string? OfReal(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Integer => $"{Becomes} a real",
        ValueKind.Real when batch.RealAt(record, at) is 0.0 && double.IsNegative(batch.RealAt(record, at)) =>
            $"{Becomes} 0.0",
        ValueKind.Text when LooksLikeNumber(batch.BytesAt(record, at)) => $"{Becomes} a number",
        _ => Any(batch, record, at),
    };

    private static string? OfNumber(RecordBatch batch, int record, int at) => batch.KindAt(record, at) switch
    {
        ValueKind.Real when batch.RealAt(record, at) is var value && Math.Abs(value) < 9.3e18
            && Math.Floor(value) == value => $"{Becomes} an integer",
        ValueKind.Text when LooksLikeNumber(batch.BytesAt(record, at)) => $"{Becomes} a number",
        _ => Any(batch, record, at),
    };

    private static bool LooksLikeNumber(ReadOnlySpan<byte> text) =>
        text.Length > 0 && !text.ContainsAnyExcept(InNumbers) && Number().IsMatch(Encoding.ASCII.GetString(text));

    [GeneratedRegex(@"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();
}
