using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Compares how texts are ordered and when they are equal, and looks for orders that have changed under an
/// index.</summary>
internal static class CollationCheck
{
    internal static async Task<IReadOnlyList<Problem>> Run(BothSides sides, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var used = await Query.Rows(sides.From, Used(sides.Tables), cancellation).ConfigureAwait(false);
        var own = await Shape.Read(sides.From, used.Select(row => row[0]!), cancellation).ConfigureAwait(false);
        var other = await Shape.Read(sides.To, used.Select(row => row[0]!), cancellation).ConfigureAwait(false);
        foreach (var (name, shape) in own)
        {
            if (shape.IsStale)
                problems.Add(CheckProblems.StaleCollation(sides.Source, name, shape.Recorded!, shape.Actual));
            // pg_dump makes those that are the user's own.
            if (!other.TryGetValue(name, out var there))
            {
                if (shape.IsBuiltIn || !sides.WillBeMade)
                    problems.Add(CheckProblems.NoCollation(sides.Target, name));
            }
            else if (shape.Order != there.Order)
            {
                problems.Add(CheckProblems.OtherOrder(sides.Target, $"The collation {name}", shape.Order, there.Order));
            }
        }
        problems.AddRange(await OfDatabases(sides, cancellation).ConfigureAwait(false));
        return problems;
    }

    private static async Task<IEnumerable<Problem>> OfDatabases(BothSides sides, CancellationToken cancellation)
    {
        var here = await Database(sides.From, sides.FromServer.Major, cancellation).ConfigureAwait(false);
        var there = await Database(sides.To, sides.ToServer.Major, cancellation).ConfigureAwait(false);
        var problems = new List<Problem>();
        if (here.IsStale)
            problems.Add(CheckProblems.StaleCollation(sides.Source, "of the database", here.Recorded!, here.Actual));
        // A library that does not tell its version is the same one as far as anybody can tell.
        var isTold = here.Actual.Length > 0 && there.Actual.Length > 0;
        if (here.Locale != there.Locale || (isTold && here.Order != there.Order))
            problems.Add(CheckProblems.OtherOrder(sides.Target, "The database", here.Order, there.Order));
        return problems;
    }

    private static async Task<Shape> Database(NpgsqlConnection connection, int major, CancellationToken cancellation)
    {
        var (locale, recorded, actual) = major switch
        {
            >= 17 => ("datlocprovider::text || ' ' || coalesce(datlocale, '')", "datcollversion", Actual),
            >= 15 => ("datlocprovider::text || ' ' || coalesce(daticulocale, '')", "datcollversion", Actual),
            _ => ("'c '", "NULL", "NULL"),
        };
        var row = (await Query.Rows(
            connection,
            $"SELECT trim({locale}) || ' ' || datcollate || ' ' || datctype, {recorded}, {actual}"
            + " FROM pg_database WHERE datname = current_database()",
            cancellation).ConfigureAwait(false))[0];
        return new Shape(row[0]!, row[1], row[2] ?? "", IsBuiltIn: true);
    }

    private const string Actual = "pg_database_collation_actual_version(oid)";

    /// <summary>Collations of columns and of indexes' columns, the database's own left out.</summary>
    private static string Used(string tables) =>
        $"""
        SELECT DISTINCT s.nspname || '.' || l.collname FROM pg_collation l
        JOIN pg_namespace s ON s.oid = l.collnamespace
        WHERE l.collprovider <> 'd' AND l.collname NOT IN ('C', 'POSIX') AND l.oid IN (
          SELECT a.attcollation FROM pg_attribute a
          WHERE a.attrelid IN ({tables}) AND a.attnum > 0 AND NOT a.attisdropped
          UNION SELECT unnest(x.indcollation) FROM pg_index x WHERE x.indrelid IN ({tables}))
        """;

    /// <param name="Locale">Provider, locale, and whether texts that differ may be equal.</param>
    /// <param name="Recorded">Version of the library when it was made; null when that is not kept.</param>
    /// <param name="Actual">Version of the library; empty when it tells none.</param>
    /// <param name="IsBuiltIn">Whether the server made it, and not a user.</param>
    private sealed record Shape(string Locale, string? Recorded, string Actual, bool IsBuiltIn)
    {
        internal bool IsStale => Recorded is { Length: > 0 } && Actual.Length > 0 && Recorded != Actual;

        internal string Order => $"{Locale} {Actual}".Trim();

        internal static async Task<Dictionary<string, Shape>> Read(
            NpgsqlConnection connection, IEnumerable<string> names, CancellationToken cancellation)
        {
            var wanted = string.Join(", ", names.Select(Quote.Text).DefaultIfEmpty("NULL"));
            var rows = await Query.Rows(
                connection,
                $"""
                SELECT s.nspname || '.' || l.collname, l.collprovider::text || ' ' || coalesce(
                    to_jsonb(l)->>'colllocale', to_jsonb(l)->>'colliculocale', l.collcollate, '')
                  || CASE WHEN l.collisdeterministic THEN '' ELSE ' nondeterministic' END,
                  l.collversion, pg_collation_actual_version(l.oid), s.nspname = 'pg_catalog'
                FROM pg_collation l JOIN pg_namespace s ON s.oid = l.collnamespace
                WHERE l.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))
                AND s.nspname || '.' || l.collname IN ({wanted})
                """,
                cancellation).ConfigureAwait(false);
            return rows.DistinctBy(row => row[0]).ToDictionary(
                row => row[0]!, row => new Shape(row[1]!, row[2], row[3] ?? "", row[4] == "t"), StringComparer.Ordinal);
        }
    }
}
