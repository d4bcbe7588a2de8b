using System.Runtime.InteropServices;

namespace Godwit.Cli.Storage;

/// <summary>Replaces files so that a reader sees the old one or the new one, never a part.</summary>
internal static class AtomicFile
{
    private const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Replaces the file. After a loss of power it is one of the two, and nobody knows which.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, Usual, isDurable: false);

    /// <summary>Replaces the file; when this returns, the new one survives a loss of power.</summary>
    /// <remarks>A file that is there keeps its mode, and a symbolic link its place.</remarks>
    public static void ReplaceDurably(string path, ReadOnlySpan<byte> bytes) =>
        ReplaceDurably(path, bytes, Usual);

    /// <param name="mode">For a file that is not there yet.</param>
    public static void ReplaceDurably(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        var file = new FileInfo(path);
        var real = file.LinkTarget is null ? path : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        Write(real, bytes, mode, isDurable: true);
        SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(real))!);
    }

    /// <summary>Makes sure that names made or changed in a directory survive a loss of power.</summary>
    public static void SyncDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var file = Open(directory, 0);
        if (file < 0)
            throw new IOException($"{directory} cannot be opened: error {Marshal.GetLastPInvokeError()}.");
        var synced = FSync(file);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(file);
        // Some network file systems know no fsync of a directory (EINVAL): there is nothing better to do then.
        if (synced != 0 && error != InvalidArgument)
            throw new IOException($"{directory} cannot be flushed: error {error}.");
    }

    private const int InvalidArgument = 22;

    private static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, bool isDurable)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(directory, $".{Path.GetFileName(path)}.{Environment.ProcessId}.tmp");
        try
        {
            File.Delete(draft);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = mode;
            using (var file = new FileStream(draft, options))
            {
                file.Write(bytes);
                KeepMode(path, file);
                file.Flush(isDurable);
            }
            File.Move(draft, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }
    }

    // Set and not asked for at creation: there the user's mask would take bits away again.
    private static void KeepMode(string path, FileStream draft)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(draft.SafeFileHandle, File.GetUnixFileMode(path));
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
