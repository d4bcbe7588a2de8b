namespace Godwit.Connectors.Redis.Commands;

/// <summary>Several patterns: a key belongs to them if one of them matches.</summary>
/// <param name="patterns">In any order; none matches no key.</param>
internal sealed class KeyPatterns(params KeyPattern[] patterns)
{
    private readonly KeyPattern[] _patterns = patterns;

    public bool Matches(ReadOnlySpan<byte> key)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(key))
                return true;
        }
        return false;
    }

    /// <summary>Whether a key can belong to both; see <see cref="KeyPattern.MayOverlap"/>.</summary>
    public bool MayOverlap(KeyPatterns other) =>
        _patterns.Any(mine => other._patterns.Any(mine.MayOverlap));
}
