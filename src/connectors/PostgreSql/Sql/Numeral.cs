using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Godwit.Core.Records;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Takes the text of a <c>numeric</c> as a number where that loses nothing.</summary>
internal static class Numeral
{
    /// <summary>With so many digits a decimal goes into a double and comes back as it was.</summary>
    private const int SafeDigits = 15;

    /// <summary>A whole number of 64 bits becomes Integer, any other that a double's shortest form equals becomes Real,
    /// and what neither holds stays text.</summary>
    internal static void Append(RecordBatch batch, ReadOnlySpan<byte> text)
    {
        var whole = Whole(text);
        if (!whole.IsEmpty && Utf8Parser.TryParse(whole, out long integer, out var used) && used == whole.Length)
            batch.AppendInteger(integer);
        else if (text.SequenceEqual("Infinity"u8))
            batch.AppendReal(double.PositiveInfinity);
        else if (text.SequenceEqual("-Infinity"u8))
            batch.AppendReal(double.NegativeInfinity);
        else if (!text.SequenceEqual("NaN"u8) && IsExact(text, out var real))
            batch.AppendReal(real);
        else
            batch.AppendText(text);
    }

    /// <summary>The digits of a decimal without the zeros around them, and the place of its point behind the first of
    /// them.</summary>
    internal static (string Digits, int Point) Digits(string number)
    {
        var text = number.AsSpan().TrimStart("+-");
        var e = text.IndexOfAny('e', 'E');
        var exponent = e < 0
            ? 0
            : int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (e >= 0)
            text = text[..e];
        var dot = text.IndexOf('.');
        var digits = dot < 0 ? text.ToString() : string.Concat(text[..dot], text[(dot + 1)..]);
        var point = (dot < 0 ? digits.Length : dot) + exponent;
        var shortened = digits.TrimStart('0');
        point -= digits.Length - shortened.Length;
        shortened = shortened.TrimEnd('0');
        return shortened.Length == 0 ? ("", 0) : (shortened, point);
    }

    private static bool IsExact(ReadOnlySpan<byte> text, out double real)
    {
        if (!Utf8Parser.TryParse(text, out real, out var used) || used != text.Length || !double.IsFinite(real))
            return false;
        return text.Length <= SafeDigits
            || Digits(Encoding.ASCII.GetString(text)) == Digits(real.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>What stands before the point when only zeros are behind it; otherwise nothing.</summary>
    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> text)
    {
        var dot = text.IndexOf((byte)'.');
        return dot < 0 ? text : text[(dot + 1)..].ContainsAnyExcept((byte)'0') ? [] : text[..dot];
    }
}
