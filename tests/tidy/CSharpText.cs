namespace Godwit.Tests.Tidy;

/// <summary>C# taken apart into code, comments and strings, each blank where the others are.</summary>
/// <remarks>
/// Rules look for words. Without this a rule would complain about its own text, and about every comment that
/// explains why a thing is not done.
/// </remarks>
public sealed class CSharpText
{
    private readonly string _text;
    private readonly char[] _code;
    private readonly char[] _comments;
    private readonly char[] _strings;
    private int _at;

    private CSharpText(string text)
    {
        _text = text;
        (_code, _comments, _strings) = (Blank(text), Blank(text), Blank(text));
    }

    public string Code => new(_code);

    public string Comments => new(_comments);

    public string Strings => new(_strings);

    public static CSharpText Split(string text)
    {
        var parts = new CSharpText(text);
        while (parts._at < text.Length)
            parts.ReadOne();
        return parts;
    }

    private static char[] Blank(string text) => [.. text.Select(one => one == '\n' ? '\n' : ' ')];

    private bool Sees(string word) => string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0;

    private void Take(char[] part, int length = 1)
    {
        for (var end = Math.Min(_at + length, _text.Length); _at < end; _at++)
            part[_at] = _text[_at];
    }

    private void ReadOne()
    {
        if (Sees("//"))
            Take(_comments, LengthUntil("\n"));
        else if (Sees("/*"))
            Take(_comments, LengthUntil("*/") + 2);
        else if (Sees("'"))
            ReadCharacter();
        else if (_text[_at] is '"' or '$' or '@')
            ReadString();
        else
            Take(_code);
    }

    private int LengthUntil(string end)
    {
        var found = _text.IndexOf(end, _at + 1, StringComparison.Ordinal);
        return (found < 0 ? _text.Length : found) - _at;
    }

    private void ReadCharacter()
    {
        Take(_code);
        while (_at < _text.Length && _text[_at] is not '\'' and not '\n')
            Take(_strings, _text[_at] == '\\' ? 2 : 1);
        Take(_code);
    }

    private void ReadString()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is '$' or '@')
            _at++;
        var (prefix, quotes) = (_text[start.._at], CountQuotes());
        _at = start;
        Take(_code, prefix.Length);
        if (quotes == 0)
            return; // '@' before a name.
        if (quotes == 2)
            Take(_code, 2);
        else
            ReadInside(prefix.Count(one => one == '$'), prefix.Contains('@'), quotes);
    }

    private int CountQuotes()
    {
        var end = _at;
        while (end < _text.Length && _text[end] == '"')
            end++;
        return end - _at;
    }

    private void ReadInside(int dollars, bool verbatim, int quotes)
    {
        var end = new string('"', quotes);
        var hole = new string('{', Math.Max(1, dollars));
        Take(_code, quotes);
        while (_at < _text.Length && !(Sees(end) && !IsDoubled(verbatim)))
        {
            if (IsDoubled(verbatim))
                Take(_strings, 2);
            else if (_text[_at] == '\\' && !verbatim && quotes == 1)
                Take(_strings, 2);
            else if (dollars > 0 && quotes == 1 && (Sees("{{") || Sees("}}")))
                Take(_strings, 2);
            else if (dollars > 0 && Sees(hole))
                ReadHole(dollars);
            else
                Take(_strings);
        }
        Take(_code, quotes);
    }

    private bool IsDoubled(bool verbatim) => verbatim && Sees("\"\"");

    // The code inside an interpolated string is code again, with strings of its own.
    private void ReadHole(int braces)
    {
        Take(_code, braces);
        for (var depth = 1; _at < _text.Length && depth > 0;)
        {
            depth += _text[_at] == '{' ? 1 : _text[_at] == '}' ? -1 : 0;
            ReadOne();
        }
        Take(_code, braces - 1);
    }
}
