using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>A folder of our own on one kind of file system; gone afterwards.</summary>
internal sealed class Place : IDisposable
{
    private int _aside;

    private Place(string name, string folder)
    {
        (Name, Folder) = (name, Path.Combine(folder, $"godwit-bench-{Environment.ProcessId}"));
        Directory.CreateDirectory(Folder);
    }

    internal string Name { get; }

    internal string Folder { get; }

    internal static IEnumerable<Place> Chosen(string where)
    {
        if (where is "tmpfs" or "both")
            yield return new Place("tmpfs", "/dev/shm");
        if (where is "disk" or "both")
            yield return new Place("disk", Path.GetTempPath());
    }

    internal string At(string name) => Path.Combine(Folder, name);

    /// <summary>Takes a file or a folder out of the way without deleting it.</summary>
    /// <remarks>ext4 does not use the inodes of files again that were deleted within the last seconds, and searches
    /// past them: whoever makes files next pays for it.</remarks>
    internal void SetAside(string name)
    {
        if (Directory.Exists(At(name)))
            Directory.Move(At(name), At(string.Create(CultureInfo.InvariantCulture, $"aside-{_aside++}")));
    }

    /// <summary>Removes a file or a folder, if it is there.</summary>
    internal void Clear(params string[] names)
    {
        foreach (var path in names.Select(At))
        {
            if (File.Exists(path))
                File.Delete(path);
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
