using System.Buffers;
using System.Buffers.Binary;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Fencing;

/// <summary>Which versions of which entries Godwit itself wrote into a tree that others should not write to.</summary>
/// <remarks>
/// Appended to a file in the state directory, so that a restart does not take our own writes for late ones: for each
/// the
/// inode, the change time (eight bytes each, little-endian), the length of the path (four bytes), the path. What a
/// crash
/// leaves half-written at the end is not read.
/// </remarks>
internal sealed class OwnWrites(FilesSession session) : IDisposable
{
    /// <summary>Beyond this the oldest knowledge is given up; such entries are compared with the other side
    /// instead.</summary>
    private const int Most = 500_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], Version> _versions = new(PathBytes.Comparer);
    private int _file = -1;
    private long _end;
    private bool _isLoaded;

    private static ReadOnlySpan<byte> File => "own"u8;

    internal void Note(ReadOnlySpan<byte> path, in FileStatus status)
    {
        lock (_lock)
        {
            Load();
            var version = Version.Of(status);
            if (_versions.Count >= Most)
                _versions.Clear();
            _versions[path.ToArray()] = version;
            Append(path, version);
        }
    }

    internal bool Has(ReadOnlySpan<byte> path, in FileStatus status)
    {
        lock (_lock)
        {
            Load();
            return _versions.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var version)
                && version == Version.Of(status);
        }
    }

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            Close();
            _versions.Clear();
            _isLoaded = true;
            if (session.TryRoot() is { } root)
                _ = Writing.Removal.Remove(root, PathOrder.Join(session.State, File));
        }
    }

    public void Dispose()
    {
        lock (_lock)
            Close();
    }

    private void Load()
    {
        if (_isLoaded)
            return;
        _isLoaded = true;
        _file = Open(create: false);
        if (_file < 0 || Posix.Status(_file, out var status) < 0)
            return;
        var bytes = new byte[status.Size];
        var read = Posix.Read(_file, bytes, 0);
        for (var rest = bytes.AsSpan(0, Math.Max(0, read)); rest.Length >= 20;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
            if (length < 0 || rest.Length < 20 + length)
                break;
            _versions[rest.Slice(20, length).ToArray()] = new Version(
                BinaryPrimitives.ReadUInt64LittleEndian(rest), BinaryPrimitives.ReadInt64LittleEndian(rest[8..]));
            rest = rest[(20 + length)..];
            _end += 20 + length;
        }
    }

    private void Append(ReadOnlySpan<byte> path, Version version)
    {
        if (_file < 0)
            _file = Open(create: true);
        if (_file < 0)
            return; // A tree that we may not write to has no writes of ours.
        var entry = ArrayPool<byte>.Shared.Rent(20 + path.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(entry, version.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(8), version.Changed);
        BinaryPrimitives.WriteInt32LittleEndian(entry.AsSpan(16), path.Length);
        path.CopyTo(entry.AsSpan(20));
        Writing.FileCopy.Write(_file, entry.AsSpan(0, 20 + path.Length), _end, path);
        _end += 20 + path.Length;
        ArrayPool<byte>.Shared.Return(entry);
    }

    private int Open(bool create)
    {
        if (session.TryRoot() is not { } root)
            return -1;
        if (create)
            session.Ledger.Create(root);
        var directory = root.OpenDirectory(session.State);
        if (directory < 0)
            return directory;
        var flags = OpenFlags.ReadWrite | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        var file = Posix.Open(directory, File, create ? flags | OpenFlags.Create : flags, 0x180);
        _ = Posix.Close(directory);
        return file;
    }

    private void Close()
    {
        if (_file >= 0)
            _ = Posix.Close(_file);
        (_file, _end) = (-1, 0);
    }

    private readonly record struct Version(ulong Inode, long Changed)
    {
        /// <remarks>A directory's change time is moved by everything that is written into it.</remarks>
        internal static Version Of(in FileStatus status) =>
            new(status.Identity.Inode, status.Kind == EntryKind.Directory ? 0 : status.Changed);
    }
}
