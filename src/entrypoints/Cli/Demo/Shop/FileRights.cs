namespace Godwit.Cli.Demo.Shop;

/// <summary>Gives a file its rights, whatever the umask is. Windows has none of them.</summary>
internal static class FileRights
{
    public static void Give(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
