using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Small files in the state directory at the root: chunks done, position reached, fence.</summary>
/// <remarks>
/// Each is replaced as a whole: temporary name, fsync, rename, fsync of the directory. The first line is the XXH64 of
/// the
/// rest in hexadecimal digits, so that a damaged file is never believed.
/// </remarks>
/// <param name="root">The tree that it is kept in; null while there is none.</param>
/// <param name="state">Name of its directory at the root.</param>
internal sealed class Ledger(Func<TreeRoot?> root, byte[] state)
{
    private static ReadOnlySpan<byte> Chunks => "chunks"u8;

    private static ReadOnlySpan<byte> PositionFile => "position"u8;

    /// <summary>Whether this migration has its state here.</summary>
    internal bool Exists()
    {
        return root() is { } tree && tree.Status(state, out var status) >= 0 && status.Kind == EntryKind.Directory;
    }

    internal void Create(TreeRoot tree)
    {
        var result = Posix.MakeDirectory(tree.Number, state, 0x1c0);
        if (result < 0 && result != -Errno.Exists)
            throw FilesProblems.From(result, "create", state);
        _ = Posix.Sync(tree.Number);
    }

    internal List<ChunkDone> ReadChunks()
    {
        var done = new List<ChunkDone>();
        foreach (var line in Lines(Chunks))
        {
            var parts = line.Split(' ');
            done.Add(new ChunkDone(
                Number(parts[0]), Number(parts[1]), Visibility.Parse(parts[2]), Long(parts[3]), Long(parts[4])));
        }
        return done;
    }

    internal void WriteChunks(IEnumerable<ChunkDone> done)
    {
        var text = new StringBuilder();
        foreach (var one in done)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{one.Stream} {one.Index} {one.Visibility} {one.Records} {one.Bytes}\n");
        Write(Chunks, text.ToString());
    }

    /// <summary>The position reached, and the file clock when that was written.</summary>
    internal (Position Reached, long At)? ReadPosition()
    {
        var lines = Lines(PositionFile);
        return lines.Length == 0 ? null : (Position.Parse(lines[0]), Long(lines[1]));
    }

    internal void WritePosition(Position reached) =>
        Write(PositionFile, string.Create(CultureInfo.InvariantCulture, $"{reached}\n{Posix.FileClock()}\n"));

    /// <summary>The lines of one file; none when it does not exist.</summary>
    internal string[] Lines(ReadOnlySpan<byte> name)
    {
        var bytes = Read(name);
        if (bytes is null)
            return [];
        if (bytes.Length < 17
            || !Encoding.ASCII.GetString(bytes, 0, 16).Equals(Sum(bytes.AsSpan(17)), StringComparison.Ordinal))
            throw FilesProblems.LedgerDamaged(Encoding.ASCII.GetString(name));
        return Encoding.ASCII.GetString(bytes.AsSpan(17)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Replaces one file, durably.</summary>
    internal void Write(ReadOnlySpan<byte> name, string text)
    {
        var body = Encoding.ASCII.GetBytes(text);
        var directory = Directory();
        if (directory < 0)
            throw FilesProblems.From(directory, "open", state);
        try
        {
            byte[] fresh = [.. name, (byte)'~'];
            WriteDurably(directory, fresh, [.. Encoding.ASCII.GetBytes(Sum(body)), (byte)'\n', .. body]);
            Check(Posix.Rename(directory, fresh, directory, name), name);
            Check(Posix.Sync(directory), name);
        }
        finally
        {
            _ = Posix.Close(directory);
        }
    }

    /// <summary>Removes one file, when it is there.</summary>
    /// <returns>Whether it was.</returns>
    internal bool Remove(ReadOnlySpan<byte> name)
    {
        var directory = Directory();
        if (directory < 0)
            return false;
        var result = Posix.Unlink(directory, name);
        _ = Posix.Close(directory);
        return result >= 0;
    }

    private static void WriteDurably(int directory, byte[] name, byte[] bytes)
    {
        var file = Posix.Open(
            directory, name,
            OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.CloseOnExec, 0x180);
        Check(file, name);
        try
        {
            Writing.FileCopy.Write(file, bytes, 0, name);
            Check(Posix.Sync(file), name);
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    private byte[]? Read(ReadOnlySpan<byte> name)
    {
        var directory = Directory();
        if (directory < 0)
            return null;
        var file = Posix.Open(directory, name, OpenFlags.Content);
        _ = Posix.Close(directory);
        if (file == -Errno.NoEntry)
            return null;
        Check(file, name);
        try
        {
            Check(Posix.Status(file, out var status), name);
            var bytes = new byte[status.Size];
            Check(Posix.Read(file, bytes, 0), name);
            return bytes;
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    private int Directory()
    {
        if (root() is not { } tree)
            return -Errno.NoEntry;
        var directory = tree.OpenDirectory(state);
        return directory >= 0 || Errno.IsGone(directory)
            ? directory
            : throw FilesProblems.From(directory, "open", state);
    }

    private static string Sum(ReadOnlySpan<byte> body)
    {
        Span<byte> sum = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(sum, XxHash64.Hash(body));
        return Convert.ToHexStringLower(sum);
    }

    private static void Check(int result, ReadOnlySpan<byte> name)
    {
        if (result < 0)
            throw FilesProblems.From(result, "keep Godwit's own record", name);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
