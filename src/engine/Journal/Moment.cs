using System.Globalization;

namespace Godwit.Engine.Journal;

/// <summary>Times as they are journalled and signed: UTC, ISO 8601, milliseconds.</summary>
internal static class Moment
{
    internal static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
