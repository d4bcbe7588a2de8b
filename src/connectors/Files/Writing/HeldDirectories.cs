using System.Collections.Concurrent;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Writing;

/// <summary>The directories of one operation: opened when they are needed, created when they are missing, put right at
/// the end.</summary>
/// <param name="root">Of the tree that is written to.</param>
/// <param name="shared">With the chunks that are written at the same time.</param>
/// <param name="end">Where this chunk ends; null for the end of the tree.</param>
internal sealed class HeldDirectories(TreeRoot root, SharedDirectories shared, byte[]? end) : IDisposable
{
    private const uint Private = 0x1c0;
    private const uint WriteAndSearch = 0xc0;

    private readonly DirectoryCache _cache = new(root);
    private readonly ConcurrentDictionary<byte[], DirectoryNote> _notes = new(PathBytes.Comparer);

    internal IEnumerable<byte[]> Paths => _notes.Keys;

    internal int Count => _notes.Count;

    /// <summary>Makes sure that a directory is there; its metadata comes when all is written.</summary>
    /// <param name="onlyNew">A directory that was there keeps the metadata it has.</param>
    internal DirectoryNote Make(ReadOnlySpan<byte> path, in EntryMetadata wanted, bool onlyNew)
    {
        Create(path);
        using var held = Hold(path);
        if (!onlyNew || held.Note.IsNew)
        {
            held.Note.Wanted = wanted;
            shared.Note(path, end, wanted);
        }
        return held.Note;
    }

    /// <summary>Opens a directory for writing into, with all that lead to it.</summary>
    internal HeldDirectory Hold(ReadOnlySpan<byte> path)
    {
        if (!path.IsEmpty && !TreeRoot.IsPlain(path))
            throw FilesProblems.BadPath(path);
        var descriptor = _cache.Rent(path, out var error);
        if (descriptor is null && Errno.IsGone(error))
        {
            Create(path);
            descriptor = _cache.Rent(path, out error);
        }
        if (descriptor is null)
            throw FilesProblems.From(error, "open the directory", path);
        return new HeldDirectory(descriptor, NoteOf(descriptor.Number, path));
    }

    /// <summary>Gives each directory what its record says, or what it had before; the deepest first.</summary>
    internal void PutRight()
    {
        var all = _notes.Values.ToList();
        all.Sort((left, right) => PathOrder.Compare(right.Path, left.Path));
        foreach (var note in all)
        {
            var directory = root.OpenDirectory(note.Path);
            if (Errno.IsGone(directory))
                continue; // It was removed again within the same batch.
            if (directory < 0)
                throw FilesProblems.From(directory, "open the directory", note.Path);
            try
            {
                PutRight(directory, note);
            }
            finally
            {
                _ = Posix.Close(directory);
            }
        }
    }

    /// <summary>Makes the names in all these directories durable, one by one.</summary>
    internal void Sync()
    {
        foreach (var path in _notes.Keys)
        {
            var directory = root.OpenDirectory(path);
            if (Errno.IsGone(directory))
                continue;
            if (directory < 0)
                throw FilesProblems.From(directory, "open the directory", path);
            var result = Posix.Sync(directory);
            _ = Posix.Close(directory);
            if (result < 0)
                throw FilesProblems.From(result, "make durable", path);
        }
    }

    public void Dispose() => _cache.Dispose();

    private void PutRight(int directory, DirectoryNote note)
    {
        if (Posix.Status(directory, out var now) is < 0 and var result)
            throw FilesProblems.From(result, "look at", note.Path);
        if ((note.Wanted ?? shared.Wanted(note.Path)) is { } wanted)
        {
            wanted.ApplyTo(directory, note.Path, new EntryNow(now.Mode, now.User, now.Group, note.IsNew));
            return;
        }
        if (note.IsNew)
            return;
        if (now.Mode != note.Before.Mode)
            _ = Posix.ChangeMode(directory, note.Before.Mode);
        _ = Posix.SetModified(directory, note.Before.Modified);
    }

    private DirectoryNote NoteOf(int directory, ReadOnlySpan<byte> path)
    {
        var notes = _notes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (notes.TryGetValue(path, out var note))
            return note;
        if (Posix.Status(directory, out var status) is < 0 and var result)
            throw FilesProblems.From(result, "look at", path);
        if (Posix.User != 0 && (status.Mode & WriteAndSearch) != WriteAndSearch)
            _ = Posix.ChangeMode(directory, status.Mode | Private);
        return _notes.GetOrAdd(path.ToArray(), key => new DirectoryNote(key, status, isNew: false));
    }

    /// <summary>Creates a directory, those that lead to it first; what stands in the way makes room.</summary>
    private void Create(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
            return;
        using var parent = Hold(PathOrder.Parent(path, out var name));
        if (!TreeRoot.IsPlain(name))
            throw FilesProblems.BadPath(path);
        var result = Posix.MakeDirectory(parent.Number, name, Private);
        if (result == -Errno.Exists && Posix.Status(parent.Number, name, out var there) >= 0)
        {
            if (there.Kind == EntryKind.Directory)
                return;
            Removal.Remove(parent.Number, name, path);
            result = Posix.MakeDirectory(parent.Number, name, Private);
        }
        if (result < 0 && result != -Errno.Exists)
            throw FilesProblems.From(result, "create the directory", path);
        if (result >= 0 && Posix.Status(parent.Number, name, out var made) >= 0)
            _notes[path.ToArray()] = new DirectoryNote(path.ToArray(), made, isNew: true);
    }
}
