using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Scores of sorted sets as text.</summary>
internal static class ScoreText
{
    /// <summary>In <see cref="RdbType.SortedSetText"/> instead of a length; so are the next two.</summary>
    internal const byte NotANumber = 253;
    internal const byte PlusInfinity = 254;
    internal const byte MinusInfinity = 255;

    /// <summary>Text that gives the very same double again, in the words that servers know.</summary>
    internal static byte[] Write(double score) => Encoding.ASCII.GetBytes(score switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        double.NaN => "nan",
        _ => score.ToString("R", CultureInfo.InvariantCulture),
    });

    /// <returns>False when the text is no number.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> text, out double score)
    {
        if (Utf8Parser.TryParse(text, out score, out var used) && used == text.Length)
            return true;
        switch (Encoding.ASCII.GetString(text.Length > 9 ? [] : text).ToUpperInvariant())
        {
            case "INF" or "+INF" or "INFINITY":
                score = double.PositiveInfinity;
                return true;
            case "-INF" or "-INFINITY":
                score = double.NegativeInfinity;
                return true;
            case "NAN" or "-NAN":
                score = double.NaN;
                return true;
            default:
                return false;
        }
    }
}
