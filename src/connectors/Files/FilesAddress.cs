using System.Text;

namespace Godwit.Connectors.Files;

/// <summary>Addresses of directories: <c>file:///absolute/path</c> or <c>file:relative/path</c>, taken as they
/// stand.</summary>
internal static class FilesAddress
{
    internal const string Scheme = "file";

    internal static byte[] PathOf(string address)
    {
        var path = Strip(address);
        if (path.Length == 0 || path.Contains('\0'))
            throw FilesProblems.BadAddress(address);
        var trimmed = path.TrimEnd('/');
        return Encoding.UTF8.GetBytes(trimmed.Length == 0 ? "/" : trimmed);
    }

    internal static bool IsOurs(string address) =>
        address.StartsWith(Scheme + ":", StringComparison.OrdinalIgnoreCase);

    private static string Strip(string address)
    {
        if (!IsOurs(address))
            throw FilesProblems.BadAddress(address);
        var rest = address[(Scheme.Length + 1)..];
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return rest;
        rest = rest[2..];
        if (rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase))
            return rest["localhost".Length..];
        return rest.StartsWith('/') ? rest : throw FilesProblems.BadAddress(address);
    }
}
