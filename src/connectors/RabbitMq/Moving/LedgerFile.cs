using System.Security.Cryptography;
using Godwit.Connectors.Kit;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Keeps one ledger in a small file: its version, what it holds, and a checksum over both.</summary>
internal sealed class LedgerFile(string folder, string name)
{
    private const byte Version = 1;
    private const int ChecksumSize = 32;

    private string Path => System.IO.Path.Combine(folder, name);

    /// <summary>Returns when it is on the disk.</summary>
    /// <exception cref="GodwitException">The disk takes nothing; the file is as it was.</exception>
    internal void Write(Action<BinaryWriter> fill)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(Version);
        fill(writer);
        writer.Flush();
        writer.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        writer.Flush();
        try
        {
            Directory.CreateDirectory(folder);
            SmallFile.Replace(Path, content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GodwitException(RabbitMqProblems.CannotRemember(Path, refused.Message), refused);
        }
    }

    /// <returns>False when there is none yet.</returns>
    /// <exception cref="GodwitException">It was harmed.</exception>
    internal bool Read(Action<BinaryReader> take)
    {
        if (!File.Exists(Path))
            return false;
        var bytes = File.ReadAllBytes(Path);
        var end = bytes.Length - ChecksumSize;
        if (end < 1 || bytes[0] != Version
            || !SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
            throw new GodwitException(RabbitMqProblems.LedgerHarmed(Path));
        using var reader = new BinaryReader(new MemoryStream(bytes, 1, end - 1));
        take(reader);
        return true;
    }

    internal void Delete()
    {
        if (Directory.Exists(folder))
            File.Delete(Path);
    }
}
