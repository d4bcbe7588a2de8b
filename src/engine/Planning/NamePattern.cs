namespace Godwit.Engine.Planning;

/// <summary>A name in which <c>*</c> stands for any characters. Case does not matter, a leading <c>main.</c>
/// neither.</summary>
internal static class NamePattern
{
    internal static bool Any(IEnumerable<string> patterns, string name) =>
        patterns.Any(pattern => Matches(pattern, name) || Matches(pattern, $"main.{name}"));

    /// <summary>Greedy matching with one place to come back to: linear for the patterns that people write.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int at = 0, read = 0, star = -1, resume = 0;
        while (read < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
                (star, resume) = (at++, read);
            else if (at < pattern.Length && char.ToUpperInvariant(pattern[at]) == char.ToUpperInvariant(name[read]))
                (at, read) = (at + 1, read + 1);
            else if (star >= 0)
                (at, read) = (star + 1, ++resume);
            else
                return false;
        }
        while (at < pattern.Length && pattern[at] == '*')
            at++;
        return at == pattern.Length;
    }
}
