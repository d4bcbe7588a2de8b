namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>One definition out of the script that <c>pg_dump</c> prints.</summary>
/// <param name="Type">As <c>pg_dump</c> names it: TABLE, INDEX, CONSTRAINT, FK CONSTRAINT, TRIGGER…</param>
/// <param name="Sql">The statements.</param>
internal sealed record DumpItem(string Type, string Sql)
{
    private const string Header = "-- Name: ";
    private const string TypeMark = "; Type: ";

    /// <summary>Takes a script apart at the comments that head its definitions.</summary>
    internal static IReadOnlyList<DumpItem> Split(string script)
    {
        var items = new List<DumpItem>();
        var (type, lines) = ("", new List<string>());
        foreach (var line in script.Split('\n'))
        {
            if (line.StartsWith(Header, StringComparison.Ordinal)
                && line.IndexOf(TypeMark, StringComparison.Ordinal) is > 0 and var at)
            {
                Add(items, type, lines);
                type = line[(at + TypeMark.Length)..].Split(';')[0];
            }
            else if (!line.StartsWith("\\restrict ", StringComparison.Ordinal)
                && !line.StartsWith("\\unrestrict ", StringComparison.Ordinal))
            {
                lines.Add(line);
            }
        }
        Add(items, type, lines);
        return items;
    }

    /// <summary>As one text, for a model.</summary>
    internal string Write() => $"{Type}\n{Sql}";

    internal static DumpItem Read(string text)
    {
        var parts = text.Split('\n', 2);
        return new DumpItem(parts[0], parts[1]);
    }

    private static void Add(List<DumpItem> items, string type, List<string> lines)
    {
        // The frame of the next heading, or the script's last words: whoever adds to a statement must stand at its end.
        while (lines.Count > 0 && IsFrame(lines[^1]))
            lines.RemoveAt(lines.Count - 1);
        var sql = string.Join('\n', lines.SkipWhile(IsFrame)).Trim();
        lines.Clear();
        if (type.Length > 0 && sql.Length > 0)
            items.Add(new DumpItem(type, sql));
    }

    private static bool IsFrame(string line) => line.Trim() is "" or "--" or "-- PostgreSQL database dump complete";
}
