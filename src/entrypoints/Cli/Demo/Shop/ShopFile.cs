using System.Security.Cryptography;

namespace Godwit.Cli.Demo.Shop;

/// <summary>One file of a tenant.</summary>
/// <param name="Path">Within the tenant's folder.</param>
/// <param name="Content">Null for a symbolic link.</param>
/// <param name="Link">Where a symbolic link leads; null for a file.</param>
internal sealed record ShopFile(string Path, byte[]? Content, string? Link, UnixFileMode Mode = ShopFile.Usual)
{
    public const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        | UnixFileMode.OtherRead;

    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What it is, for notes and for the audit.</summary>
    public string Text => Link is not null ? LinkText(Link) : FileText(Mode, SHA256.HashData(Content!));

    public static string LinkText(string target) => $"link to {target}";

    public static string FileText(UnixFileMode mode, byte[] hash) =>
        $"file {Convert.ToString((int)mode, 8)} {Convert.ToHexStringLower(hash)}";
}
