namespace Godwit.Cli.MigrationFiles;

/// <summary>Finds what somebody probably meant to write.</summary>
internal static class Suggestion
{
    /// <summary>The known word that is nearest, when it is near enough to be meant; otherwise null.</summary>
    public static string? For(string word, IEnumerable<string> known) =>
        known.Select(one => (Word: one, Distance: Distance(word.ToLowerInvariant(), one)))
            .Where(one => one.Distance <= Math.Max(1, one.Word.Length / 3))
            .OrderBy(one => one.Distance)
            .Select(one => one.Word)
            .FirstOrDefault();

    /// <summary>Letters to change, add, drop or swap with their neighbour to make one word of the other.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], 1 + cost[i - 2, j - 2]);
            }
        }
        return cost[a.Length, b.Length];
    }
}
