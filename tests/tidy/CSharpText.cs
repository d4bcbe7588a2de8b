namespace Godwit.Tests.Tidy;

/// <summary>C# taken apart into code, comments and strings, each blank where the others are.</summary>
/// <remarks>
/// Rules look for words. Without this a rule would complain about its own text, and about every comment that
/// explains why a thing is not done.
/// </remarks>
public sealed class CSharpText
{
    private readonly string text;
    private readonly char[] code;
    private readonly char[] comments;
    private readonly char[] strings;
    private int at;

    private CSharpText(string text)
    {
        this.text = text;
        (code, comments, strings) = (Blank(text), Blank(text), Blank(text));
    }

    public string Code => new(code);

    public string Comments => new(comments);

    public string Strings => new(strings);

    public static CSharpText Split(string text)
    {
        var parts = new CSharpText(text);
        while (parts.at < text.Length)
            parts.ReadOne();
        return parts;
    }

    private static char[] Blank(string text) => [.. text.Select(one => one == '\n' ? '\n' : ' ')];

    private bool Sees(string word) => string.CompareOrdinal(text, at, word, 0, word.Length) == 0;

    private void Take(char[] part, int length = 1)
    {
        for (var end = Math.Min(at + length, text.Length); at < end; at++)
            part[at] = text[at];
    }

    private void ReadOne()
    {
        if (Sees("//"))
            Take(comments, LengthUntil("\n"));
        else if (Sees("/*"))
            Take(comments, LengthUntil("*/") + 2);
        else if (Sees("'"))
            ReadCharacter();
        else if (text[at] is '"' or '$' or '@')
            ReadString();
        else
            Take(code);
    }

    private int LengthUntil(string end)
    {
        var found = text.IndexOf(end, at + 1, StringComparison.Ordinal);
        return (found < 0 ? text.Length : found) - at;
    }

    private void ReadCharacter()
    {
        Take(code);
        while (at < text.Length && text[at] is not '\'' and not '\n')
            Take(strings, text[at] == '\\' ? 2 : 1);
        Take(code);
    }

    private void ReadString()
    {
        var start = at;
        while (at < text.Length && text[at] is '$' or '@')
            at++;
        var (prefix, quotes) = (text[start..at], CountQuotes());
        at = start;
        Take(code, prefix.Length);
        if (quotes == 0)
            return; // '@' before a name.
        if (quotes == 2)
            Take(code, 2);
        else
            ReadInside(prefix.Count(one => one == '$'), prefix.Contains('@'), quotes);
    }

    private int CountQuotes()
    {
        var end = at;
        while (end < text.Length && text[end] == '"')
            end++;
        return end - at;
    }

    private void ReadInside(int dollars, bool verbatim, int quotes)
    {
        var end = new string('"', quotes);
        var hole = new string('{', Math.Max(1, dollars));
        Take(code, quotes);
        while (at < text.Length && !(Sees(end) && !IsDoubled(verbatim)))
        {
            if (IsDoubled(verbatim))
                Take(strings, 2);
            else if (text[at] == '\\' && !verbatim && quotes == 1)
                Take(strings, 2);
            else if (dollars > 0 && quotes == 1 && (Sees("{{") || Sees("}}")))
                Take(strings, 2);
            else if (dollars > 0 && Sees(hole))
                ReadHole(dollars);
            else
                Take(strings);
        }
        Take(code, quotes);
    }

    private bool IsDoubled(bool verbatim) => verbatim && Sees("\"\"");

    // The code inside an interpolated string is code again, with strings of its own.
    private void ReadHole(int braces)
    {
        Take(code, braces);
        for (var depth = 1; at < text.Length && depth > 0;)
        {
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            ReadOne();
        }
        Take(code, braces - 1);
    }
}
