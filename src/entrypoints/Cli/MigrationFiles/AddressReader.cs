using Godwit.Core.Problems;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Reads addresses: known schemes, no password in plain text, relative paths made absolute.</summary>
internal sealed class AddressReader(ReadingContext context, Filling filling, FileProblems problems)
{
    private static readonly string[] NotBuiltYet =
        ["mysql", "s3", "tablestore", "archive"];

    /// <summary>Null when something is wrong with it; the problems are told.</summary>
    public Address? Read(FileNode.Scalar scalar, string where)
    {
        var before = problems.Count;
        var shown = filling.Tenant(scalar, where);
        var colon = shown.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon > 0 ? shown[..colon].ToLowerInvariant() : "";
        if (HasPlainPassword(shown))
            problems.PlainPassword(scalar.Line);
        else
            CheckScheme(scheme, shown, scalar.Line);
        var full = filling.Secret(shown, scalar.Line);
        if (problems.Count > before)
            return null;
        return new Address(
            Printable.Text(shown), scheme + ":" + Absolute(full[(colon + 1)..]), scheme,
            scalar.Text.Contains(Filling.TenantMark, StringComparison.Ordinal), scalar.Line);
    }

    private void CheckScheme(string scheme, string shown, int line)
    {
        if (context.Schemes.Contains(scheme, StringComparer.Ordinal))
            return;
        if (NotBuiltYet.Contains(scheme, StringComparer.Ordinal))
            problems.NotBuilt(line, scheme + ":", context.Schemes);
        else
            problems.UnknownScheme(
                line, shown, Suggestion.For(scheme, [.. context.Schemes, .. NotBuiltYet]), context.Schemes);
    }

    /// <summary>All schemes of this version name a path. What is no plain path the connector will refuse.</summary>
    private string Absolute(string rest)
    {
        if (rest.StartsWith("///", StringComparison.Ordinal))
            return "//" + Path.GetFullPath(rest[2..]);
        if (rest.Length == 0 || rest.StartsWith("//", StringComparison.Ordinal) || rest.Contains('\0'))
            return rest;
        return Path.GetFullPath(rest, context.Directory);
    }

    /// <summary>Whether there is a <c>user:password@</c> whose password is not a hole.</summary>
    private static bool HasPlainPassword(string shown)
    {
        var start = shown.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return false;
        var authority = shown[(start + 3)..];
        var end = authority.IndexOf('/', StringComparison.Ordinal);
        var at = authority.LastIndexOf('@');
        // A password may hold a slash: everything up to the last '@' counts when there is none before the path.
        if (at < 0 || (end >= 0 && end < at && !authority[..end].Contains(':')))
            return false;
        var user = authority[..at];
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon + 1 < user.Length && !Filling.IsHoles(user[(colon + 1)..]);
    }
}
