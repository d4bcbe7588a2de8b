namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Walks over SQL as SQLite stores it in its schema, just far enough to cut a definition into its
/// parts.</summary>
internal static class SqlScanner
{
    /// <summary>The tokens, each with where it begins and ends; white space and comments are left out.</summary>
    internal static IEnumerable<(int Start, int End)> Tokens(string sql)
    {
        for (var at = 0; at < sql.Length;)
        {
            var end = EndOfToken(sql, at);
            if (!IsBlank(sql, at))
                yield return (at, end);
            at = end;
        }
    }

    /// <summary>For CREATE [UNIQUE] INDEX: the texts of its terms, without directions, and its condition.</summary>
    internal static (IReadOnlyList<string> Terms, string? Where) Index(string sql)
    {
        var terms = new List<string>();
        int depth = 0, start = 0, last = 0;
        string? where = null;
        var closed = false;
        foreach (var (from, to) in Tokens(sql))
        {
            var token = sql.AsSpan(from, to - from);
            if (token is "(" && depth++ == 0 && !closed)
                start = to;
            else if (token is ")" && --depth == 0 && !closed)
                (closed, _) = (true, Add(terms, sql[start..from]));
            else if (token is "," && depth == 1 && !closed)
                start = Add(terms, sql[start..from]) + to;
            else if (closed && depth == 0 && where is null && token.Equals("WHERE", StringComparison.OrdinalIgnoreCase))
                (where, last) = ("", to);
        }
        return (terms, where is null ? null : sql[last..].Trim());
    }

    /// <summary>What a stored CREATE statement makes, its name, and for an index or a trigger its table.</summary>
    internal static (string Type, string Name, string? Table) Created(string sql)
    {
        var words = Tokens(sql).Take(40).Select(token => sql[token.Start..token.End]).ToList();
        var at = 1;
        while (words[at].ToUpperInvariant() is "UNIQUE" or "TEMP" or "TEMPORARY" or "VIRTUAL")
            at++;
        var type = words[at].ToLowerInvariant();
        var on = words.FindIndex(at, word => string.Equals(word, "ON", StringComparison.OrdinalIgnoreCase));
        return (type, Unquoted(words[at + 1]), type is "index" or "trigger" && on > 0 ? Unquoted(words[on + 1]) : null);
    }

    internal static string Unquoted(string name) => name[0] switch
    {
        '"' => name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal),
        '`' => name[1..^1].Replace("``", "`", StringComparison.Ordinal),
        '\'' => name[1..^1].Replace("''", "'", StringComparison.Ordinal),
        '[' => name[1..^1],
        _ => name,
    };

    private static int Add(List<string> terms, string term)
    {
        term = term.Trim();
        foreach (var direction in (string[])[" ASC", " DESC"])
        {
            if (term.EndsWith(direction, StringComparison.OrdinalIgnoreCase))
                term = term[..^direction.Length].Trim();
        }
        terms.Add(term);
        return 0;
    }

    private static bool IsBlank(string sql, int at) =>
        char.IsWhiteSpace(sql[at]) || StartsAt(sql, at, "--") || StartsAt(sql, at, "/*");

    private static int EndOfToken(string sql, int at) => sql[at] switch
    {
        '\'' or '"' or '`' => EndOfQuoted(sql, at, sql[at]),
        '[' => EndAfter(sql, at, "]"),
        '-' when StartsAt(sql, at, "--") => EndAfter(sql, at, "\n"),
        '/' when StartsAt(sql, at, "/*") => EndAfter(sql, at + 2, "*/"),
        var c when IsWord(c) => EndOfWord(sql, at),
        _ => at + 1,
    };

    private static int EndOfQuoted(string sql, int at, char quote)
    {
        for (at++; at < sql.Length; at++)
        {
            if (sql[at] != quote)
                continue;
            if (at + 1 == sql.Length || sql[at + 1] != quote)
                return at + 1;
            at++;
        }
        return sql.Length;
    }

    private static int EndAfter(string sql, int at, string end)
    {
        var found = sql.IndexOf(end, at, StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + end.Length;
    }

    private static int EndOfWord(string sql, int at)
    {
        while (at < sql.Length && IsWord(sql[at]))
            at++;
        return at;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' || c > '\x7f';

    private static bool StartsAt(string sql, int at, string text) =>
        string.CompareOrdinal(sql, at, text, 0, text.Length) == 0;
}
