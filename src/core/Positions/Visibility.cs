using System.Globalization;

namespace Godwit.Core.Positions;

/// <summary>Which transactions a read has already seen: all below <see cref="Next"/> but those in flight.</summary>
/// <remarks>
/// The shape of PostgreSQL's <c>pg_snapshot</c>; sources whose log order is their visibility order (a capture sequence,
/// a replication offset) have nothing in flight. Text form: <c>timeline:next:a,b,c</c>.
/// </remarks>
public sealed class Visibility
{
    private readonly ulong[] _inFlight;

    private Visibility(uint timeline, ulong next, ulong[] inFlight) =>
        (Timeline, Next, _inFlight) = (timeline, next, inFlight);

    public uint Timeline { get; }

    /// <summary>The first transaction that the read cannot have seen.</summary>
    public ulong Next { get; }

    /// <summary>A read that has seen everything up to and with a position.</summary>
    public static Visibility UpTo(Position seen) => new(seen.Timeline, checked(seen.Offset + 1), []);

    /// <summary>A read that has seen all transactions below <paramref name="next"/> but those listed.</summary>
    public static Visibility Snapshot(uint timeline, ulong next, IEnumerable<ulong> inFlight) =>
        new(timeline, next, [.. inFlight.Order()]);

    /// <summary>The handover rule: a change is skipped for a chunk exactly when this says true.</summary>
    public bool Includes(ulong transaction) => transaction < Next && Array.BinarySearch(_inFlight, transaction) < 0;

    /// <summary>The last position before which nothing is unseen: following may start behind it.</summary>
    public Position SeenThrough => new(Timeline, (_inFlight.Length > 0 ? _inFlight[0] : Next) - 1);

    /// <exception cref="FormatException">The text is no visibility.</exception>
    public static Visibility Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 3)
            throw new FormatException($"'{text}' is not a visibility.");
        var inFlight = parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return Snapshot(
            uint.Parse(parts[0], CultureInfo.InvariantCulture),
            ulong.Parse(parts[1], CultureInfo.InvariantCulture),
            inFlight.Select(one => ulong.Parse(one, CultureInfo.InvariantCulture)));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Timeline}:{Next}:{string.Join(',', _inFlight)}");
}
