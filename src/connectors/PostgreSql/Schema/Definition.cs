namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>What of a table must be equal at both sides, as text, and what differs between two such texts.</summary>
/// <remarks>Defaults are in the text and may differ: they decide what may be done about another difference.</remarks>
internal static class Definition
{
    private const string Column = "column ";
    private const string Default = "default of ";
    private const string NotNull = " not null";

    internal static string Of(TableShape table)
    {
        var lines = table.Columns.Select(Line).ToList();
        lines.AddRange(table.Columns.Where(one => one.Default.Length > 0 || one.Identity != ' ').Select(
            one => $"{Default}{one.Name}\t{(one.Default.Length > 0 ? one.Default : "identity")}"));
        lines.AddRange(table.Indexes.Where(one => one.IsPrimary).Select(
            one => $"primary key ({string.Join(", ", one.Columns)})"));
        return string.Join('\n', lines);
    }

    /// <summary>The first few differences; null when there is none.</summary>
    internal static string? Difference(string source, string target)
    {
        var (here, there) = (Lines(source), Lines(target));
        var differences = Differing(here, there)
            .Select(name => $"{name}: {here.GetValueOrDefault(name) ?? "missing"} at the source, "
                + $"{there.GetValueOrDefault(name) ?? "missing"} at the target.")
            .ToList();
        return differences.Count == 0 ? null : string.Join(' ', differences.Take(5));
    }

    /// <summary>What to do at the target so that its columns are those of the source.</summary>
    /// <param name="table">As SQL.</param>
    /// <param name="source">The source's definition.</param>
    /// <param name="target">The target's.</param>
    /// <param name="isSafe">Whether it only adds columns that are null in all rows there are: then nobody has to
    /// look.</param>
    /// <returns>Statements, each with its semicolon.</returns>
    internal static IReadOnlyList<string> Statements(string table, string source, string target, out bool isSafe)
    {
        var (here, there) = (Lines(source), Lines(target));
        var statements = new List<string>();
        isSafe = true;
        foreach (var name in Differing(here, there).Where(one => one.StartsWith(Column, StringComparison.Ordinal)))
        {
            var (column, plain) = (Sql.Quote.Name(name[Column.Length..]), name[Column.Length..]);
            var (wanted, present) = (here.GetValueOrDefault(name), there.GetValueOrDefault(name));
            var made = here.GetValueOrDefault(Default + plain);
            isSafe &= present is null && made is null && !wanted!.Contains(" generated ", StringComparison.Ordinal)
                && !wanted.EndsWith(NotNull, StringComparison.Ordinal)
                && !wanted.Contains(NotNull + " ", StringComparison.Ordinal);
            statements.Add((wanted, present) switch
            {
                (null, _) => $"ALTER TABLE {table} DROP COLUMN {column};",
                (_, null) => $"ALTER TABLE {table} ADD COLUMN {column} {Declared(wanted, made)};",
                _ => $"ALTER TABLE {table} ALTER COLUMN {column} TYPE {wanted.Split(NotNull)[0]};",
            });
        }
        return statements;
    }

    private static string Declared(string line, string? made)
    {
        var declared = line.Replace(" generated as ", " GENERATED ALWAYS AS ", StringComparison.Ordinal);
        return made is null or "identity" ? declared : $"{declared} DEFAULT {made}";
    }

    private static IEnumerable<string> Differing(
        Dictionary<string, string> here, Dictionary<string, string> there) =>
        here.Keys.Union(there.Keys, StringComparer.Ordinal)
            .Where(name => !name.StartsWith(Default, StringComparison.Ordinal)
                && here.GetValueOrDefault(name) != there.GetValueOrDefault(name));

    private static string Line(ColumnShape column)
    {
        var line = $"{Column}{column.Name}\t{column.Type}";
        if (column.Collation is { } collation)
            line += $" collate {Sql.Quote.Name(collation)}";
        if (column.NotNull)
            line += NotNull;
        if (column.Generated.Length > 0)
            line += $" generated as ({column.Generated}) stored";
        return line;
    }

    private static Dictionary<string, string> Lines(string definition)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in definition.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split('\t', 2);
            lines[parts.Length == 2 ? parts[0] : "primary key"] = parts[^1];
        }
        return lines;
    }
}
