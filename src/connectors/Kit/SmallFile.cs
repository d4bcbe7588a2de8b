namespace Godwit.Connectors.Kit;

/// <summary>A small file that is replaced as a whole: whoever reads it finds the old content or the new one, also after
/// a crash of the machine.</summary>
public static class SmallFile
{
    /// <summary>Returns when the content is on the disk.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }

    /// <inheritdoc cref="Replace(string, ReadOnlySpan{byte})"/>
    public static void Replace(string path, string content) =>
        Replace(path, System.Text.Encoding.UTF8.GetBytes(content));
}
