namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>What of a table must be equal at both sides, as text, and what differs between two such texts.</summary>
internal static class Definition
{
    internal static string Of(TableShape table)
    {
        var lines = table.Columns.Select(Line).ToList();
        lines.AddRange(table.Indexes.Where(one => one.IsPrimary).Select(
            one => $"primary key ({string.Join(", ", one.Columns)})"));
        return string.Join('\n', lines);
    }

    /// <summary>The first few differences; null when there is none.</summary>
    internal static string? Difference(string source, string target)
    {
        var (here, there) = (Lines(source), Lines(target));
        var differences = here.Keys.Union(there.Keys, StringComparer.Ordinal)
            .Where(name => here.GetValueOrDefault(name) != there.GetValueOrDefault(name))
            .Select(name => $"{name}: {here.GetValueOrDefault(name) ?? "missing"} at the source, "
                + $"{there.GetValueOrDefault(name) ?? "missing"} at the target.")
            .ToList();
        return differences.Count == 0 ? null : string.Join(' ', differences.Take(5));
    }

    private static string Line(ColumnShape column)
    {
        var line = $"column {column.Name}\t{column.Type}";
        if (column.NotNull)
            line += " not null";
        if (column.Collation is { } collation)
            line += $" collate {collation}";
        if (column.Generated.Length > 0)
            line += $" generated as {column.Generated}";
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
