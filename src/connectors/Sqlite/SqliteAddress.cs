using Godwit.Core.Problems;

namespace Godwit.Connectors.Sqlite;

/// <summary>The path in <c>sqlite:PATH</c> or <c>sqlite:///PATH</c>.</summary>
internal static class SqliteAddress
{
    internal const string Scheme = "sqlite";

    internal static string Path(string address, string shown)
    {
        var path = address.StartsWith(Scheme + ":", StringComparison.OrdinalIgnoreCase)
            ? address[(Scheme.Length + 1)..]
            : "";
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : "";
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new GodwitException(SqliteProblems.Address(shown));
        return System.IO.Path.GetFullPath(path);
    }
}
