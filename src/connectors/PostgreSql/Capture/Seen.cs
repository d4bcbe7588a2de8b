using System.Globalization;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>A snapshot of PostgreSQL: which transactions it has seen.</summary>
/// <param name="Next">The first id that had not been given out.</param>
/// <param name="InFlight">Those below it that had not ended.</param>
internal sealed record Seen(ulong Next, HashSet<ulong> InFlight)
{
    /// <summary>Reads <c>xmin:xmax:xip,xip</c>.</summary>
    internal static Seen Parse(string text)
    {
        var parts = text.Split(':');
        return new Seen(
            ulong.Parse(parts[1], CultureInfo.InvariantCulture),
            [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(one => ulong.Parse(one, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Whether all these transactions, given by the low half of their ids, have been seen.</summary>
    internal bool HasAll(IEnumerable<uint> transactions) => transactions.All(Has);

    // The log gives the low 32 bits. Ids in use never span more than 2^31, so the nearest one is meant.
    private bool Has(uint transaction)
    {
        var distance = unchecked((int)(transaction - (uint)Next));
        var whole = unchecked(Next + (ulong)(long)distance);
        return distance < 0 && !InFlight.Contains(whole);
    }
}
