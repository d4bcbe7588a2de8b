using System.Globalization;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Durations such as <c>500ms</c>, <c>5s</c>, <c>2m</c> and sizes such as <c>50MB</c>, both ways.</summary>
internal static class Quantity
{
    private static readonly (string Unit, long Bytes)[] Sizes =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ];

    private static readonly (string Unit, double Milliseconds)[] Durations =
        [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    /// <summary>Null when it is no duration, not above zero, or longer than a day.</summary>
    public static TimeSpan? Duration(string text)
    {
        foreach (var (unit, milliseconds) in Durations)
        {
            if (Number(text, unit) is { } number)
            {
                var total = number * milliseconds;
                return total is > 0 and <= 86_400_000 ? TimeSpan.FromMilliseconds(total) : null;
            }
        }
        return null;
    }

    /// <summary>Bytes; null when it is no size, or less than one byte.</summary>
    public static long? Size(string text)
    {
        foreach (var (unit, bytes) in Sizes)
        {
            if (Number(text, unit) is { } number)
                return number * bytes is >= 1 and < long.MaxValue / 2 ? (long)(number * bytes) : null;
        }
        return null;
    }

    public static string Show(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 1000 } => $"{time.TotalMilliseconds:0} ms",
        { TotalSeconds: < 60 } => $"{time.TotalSeconds:0.#} s",
        { TotalMinutes: < 60 } => $"{time.TotalMinutes:0} m {time.Seconds} s",
        _ => $"{Math.Floor(time.TotalHours):0} h {time.Minutes} m",
    };

    public static string ShowBytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{bytes / 1e9:0.0} GB",
        >= 1e6 => $"{bytes / 1e6:0.0} MB",
        >= 1e3 => $"{bytes / 1e3:0.0} KB",
        _ => $"{bytes:0} B",
    };

    private static double? Number(string text, string unit) =>
        text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
        && double.TryParse(
            text.AsSpan(0, text.Length - unit.Length).TrimEnd(), NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
