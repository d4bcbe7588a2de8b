using System.Globalization;

namespace Godwit.Core.Positions;

/// <summary>A place in a source's change log: every change at or before it has been seen.</summary>
/// <param name="Timeline">Which history; a fail-over or a restore starts a new one.</param>
/// <param name="Offset">Place within the timeline: a sequence, an LSN, a replication offset, nanoseconds.</param>
/// <remarks>Ordered. Only positions of the same <see cref="Timeline"/> may be compared.</remarks>
public readonly record struct Position(uint Timeline, ulong Offset) : IComparable<Position>
{
    public int CompareTo(Position other) =>
        Timeline == other.Timeline
            ? Offset.CompareTo(other.Offset)
            : throw new InvalidOperationException(
                $"Positions of timelines {Timeline} and {other.Timeline} have no order: "
                + "the source was failed over or restored.");

    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;

    public static Position Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            ? new Position(
                uint.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is not a position.");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Timeline}/{Offset}");
}
