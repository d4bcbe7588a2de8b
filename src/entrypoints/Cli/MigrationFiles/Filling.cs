using System.Text.RegularExpressions;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Fills in <c>${VARIABLE}</c>, <c>${file:PATH}</c> and <c>{tenant}</c>; remembers the secrets.</summary>
internal sealed partial class Filling(ReadingContext context, string? tenant, FileProblems problems)
{
    public const string TenantMark = "{tenant}";

    private readonly List<string> _secrets = [];

    public IReadOnlyList<string> Secrets => _secrets;

    /// <summary>The text with the tenant in it, still without secrets.</summary>
    public string Tenant(FileNode.Scalar scalar, string where)
    {
        if (!scalar.Text.Contains(TenantMark, StringComparison.Ordinal))
            return scalar.Text;
        if (tenant is null)
            problems.TenantMissing(scalar.Line, $"{TenantMark} in {where}");
        return scalar.Text.Replace(TenantMark, tenant ?? "", StringComparison.Ordinal);
    }

    /// <summary>The text with everything in it.</summary>
    public string Everything(FileNode.Scalar scalar, string where) => Secret(Tenant(scalar, where), scalar.Line);

    public string Secret(string text, int line) =>
        Hole().Replace(text, hole => Value(hole.Groups["file"].Success, hole.Groups["name"].Value, line));

    /// <summary>Whether the whole text is made of holes, so that nothing of it is written in the file.</summary>
    public static bool IsHoles(string text) => text.Length > 0 && Hole().Replace(text, "").Length == 0;

    private string Value(bool isFile, string name, int line)
    {
        var value = isFile ? ReadFile(name, line) : context.Variable(name);
        if (value is null && !isFile)
            problems.Unset(line, name);
        if (!string.IsNullOrEmpty(value))
            _secrets.Add(value);
        return value ?? "";
    }

    private string? ReadFile(string path, int line)
    {
        try
        {
            return File.ReadAllText(Path.Combine(context.Directory, path)).TrimEnd('\r', '\n');
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            problems.SecretUnreadable(line, path, unreadable.Message);
            return null;
        }
    }

    [GeneratedRegex(@"\$\{(?<file>file:)?(?<name>[^}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hole();
}
