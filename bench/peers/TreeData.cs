using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>A tree of files as an application leaves it: many small ones, a few large ones.</summary>
internal static class TreeData
{
    private const int FilesPerFolder = 100;
    private const int Smallest = 512;
    private const int Largest = 8192;

    // Long ago, so that nobody has to distrust a file that was written a moment before.
    private static readonly DateTime Written = new(2024, 5, 17, 8, 30, 0, DateTimeKind.Utc);

    /// <returns>The bytes of all files.</returns>
    internal static long Make(string root, int files, int largeMegabytes)
    {
        var (dice, bytes) = (new Dice(7), 0L);
        var content = new byte[Largest];
        for (var i = 0; i < files; i++)
        {
            var folder = Path.Combine(root, $"tenant-{i / FilesPerFolder:0000}");
            if (i % FilesPerFolder == 0)
                Directory.CreateDirectory(folder);
            var size = Smallest + dice.Below(Largest - Smallest);
            dice.Fill(content.AsSpan(0, size));
            Write(Path.Combine(folder, $"document-{i:000000}.bin"), content.AsSpan(0, size), 1, i);
            bytes += size;
        }
        foreach (var megabytes in (int[])[largeMegabytes / 4, largeMegabytes / 2, largeMegabytes])
        {
            var block = new byte[1 << 20];
            dice.Fill(block);
            var name = string.Create(CultureInfo.InvariantCulture, $"large-{megabytes}.bin");
            Write(Path.Combine(root, name), block, megabytes, megabytes);
            bytes += (long)megabytes << 20;
        }
        return bytes;
    }

    private static void Write(string path, ReadOnlySpan<byte> content, int times, int age)
    {
        using (var file = File.Create(path))
        {
            for (var i = 0; i < times; i++)
                file.Write(content);
        }
        File.SetLastWriteTimeUtc(path, Written.AddSeconds(age));
    }
}
