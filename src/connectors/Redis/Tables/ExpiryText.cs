using System.Globalization;
using System.Text;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Times of expiry as text: <c>2026-11-26T10:20:30.123Z</c>, in UTC. One that no calendar of tables reaches is
/// its milliseconds since 1970 in digits.</summary>
internal static class ExpiryText
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The last millisecond of the year 9999.</summary>
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <param name="expires">Milliseconds since 1970.</param>
    internal static string Of(long expires) => expires <= Last
        ? DateTimeOffset.FromUnixTimeMilliseconds(expires).ToString(Form, CultureInfo.InvariantCulture)
        : expires.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Of"/> writes, and times as databases write them; without a zone they are in UTC.
    /// Parts of a millisecond are cut off.</summary>
    /// <returns>Null when it is no time after 1970.</returns>
    internal static long? Read(ReadOnlySpan<byte> text)
    {
        var said = Encoding.UTF8.GetString(text);
        if (long.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var digits))
            return digits > Last ? digits : null;
        return DateTimeOffset.TryParse(
            said, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time) && said.Length >= "yyyy-MM-dd HH:mm:ss".Length && time > DateTimeOffset.UnixEpoch
            ? time.ToUnixTimeMilliseconds()
            : null;
    }
}
