namespace Godwit.Connectors.Sqlite.Checking;

/// <summary>Whether two paths lead to one file.</summary>
internal static class SameFile
{
    internal static bool Are(string left, string right)
    {
        var (one, other) = (Final(left), Final(right));
        if (string.Equals(one.FullName, other.FullName, StringComparison.Ordinal))
            return true;

        // Two hard links agree in everything, also in when the file was made; a copy does not.
        return one.Exists && other.Exists && one.Length == other.Length && one.Length > 0
            && one.LastWriteTimeUtc == other.LastWriteTimeUtc && one.CreationTimeUtc == other.CreationTimeUtc
            && one.CreationTimeUtc != one.LastWriteTimeUtc;
    }

    private static FileInfo Final(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
    }
}
