using System.Collections.Concurrent;
using System.Threading.Channels;
using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Writes the records of one chunk or one batch of changes into a tree.</summary>
/// <remarks>
/// Order: directories as they come, with a mode that lets us in; files and symbolic links by several workers, each
/// under a
/// temporary name; hard links when all files are there; last the metadata of the directories, the deepest first,
/// because
/// writing into them changes their times. Nothing is deleted here but what stands in the way of a record.
/// </remarks>
internal sealed class TreeWriter : IDisposable
{
    private readonly FilesSession _session;
    private readonly Placing _placing;
    private readonly ConflictRule _conflicts;
    private readonly HeldDirectories _directories;
    private readonly ConcurrentQueue<Placement> _waiting = new();
    private readonly List<RecordBatch> _links = [];
    private long _written;
    private long _bytes;

    /// <param name="directories">Owned from here on.</param>
    internal TreeWriter(
        FilesSession session, HeldDirectories directories, Placing placing, ConflictRule conflicts) =>
        (_session, _directories, _placing, _conflicts) = (session, directories, placing, conflicts);

    internal long Written => Interlocked.Read(ref _written);

    internal long Bytes => Interlocked.Read(ref _bytes);

    internal HeldDirectories Directories => _directories;

    /// <summary>Writes all records but hard links and the metadata of directories. Owns the batches it is
    /// given.</summary>
    internal async Task Write(IAsyncEnumerable<RecordBatch> batches, int workers, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queue = Channel.CreateBounded<RecordBatch>(workers);
        var tasks = new List<Task>(workers);
        for (var i = 0; i < workers; i++)
            tasks.Add(Task.Run(() => Work(queue.Reader, stop), cancellation));
        try
        {
            await foreach (var batch in batches.WithCancellation(stop.Token).ConfigureAwait(false))
            {
                MakeDirectories(batch);
                await queue.Writer.WriteAsync(batch, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A worker failed; its problem is thrown below.
        }
        finally
        {
            queue.Writer.Complete();
            await Finish(tasks, queue.Reader).ConfigureAwait(false);
        }
        // The one that failed before those that it stopped.
        foreach (var task in tasks.OrderByDescending(one => one.IsFaulted))
            await task.ConfigureAwait(false);
    }

    /// <summary>Makes the hard links, now that their files are there.</summary>
    internal async Task Link(CancellationToken cancellation)
    {
        foreach (var batch in _links)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (!TryLink(batch, i))
                    await WriteFile(batch, i, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Removes an entry, but not what was written behind the fence.</summary>
    internal long Remove(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path) => Removal.Remove(
        directory, name, path,
        _conflicts.Matters
            ? (ReadOnlySpan<byte> one, in FileStatus there) => _conflicts.Judge(one, there) != Conflict.Replace
            : null);

    /// <summary>Gives everything that waits under a temporary name its own name.</summary>
    internal void PlaceAll()
    {
        while (_waiting.TryDequeue(out var one))
            Place(one);
    }

    /// <summary>Whether something waits under a temporary name.</summary>
    internal int Waiting => _waiting.Count;

    public void Dispose()
    {
        // After a failure: what waits must not stay behind under its temporary name.
        while (_waiting.TryDequeue(out var one))
        {
            using var directory = _directories.Hold(PathOrder.Parent(one.Path, out _));
            _ = Posix.Unlink(directory.Number, one.Temporary);
        }
        foreach (var batch in _links)
            batch.Dispose();
        _directories.Dispose();
    }

    private static async Task Finish(List<Task> tasks, ChannelReader<RecordBatch> queue)
    {
        await Task.WhenAny(Task.WhenAll(tasks)).ConfigureAwait(false);
        while (queue.TryRead(out var left))
            left.Dispose();
    }

    private async Task Work(ChannelReader<RecordBatch> queue, CancellationTokenSource stop)
    {
        var done = false;
        try
        {
            await foreach (var batch in queue.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                using (batch)
                    await WriteEntries(batch, stop.Token).ConfigureAwait(false);
            }
            done = true;
        }
        finally
        {
            if (!done)
                await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private void MakeDirectories(RecordBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            switch (KindOf(batch, i))
            {
                case EntryKind.Directory:
                    MakeDirectory(batch.BytesAt(i, FilesSchema.Path), EntryMetadata.Of(batch, i));
                    Interlocked.Increment(ref _written);
                    break;
                case EntryKind.HardLink:
                    Defer(batch, i);
                    break;
                case EntryKind.Other:
                case EntryKind.File:
                case EntryKind.Symlink:
                default:
                    break;
            }
        }
    }

    private void MakeDirectory(ReadOnlySpan<byte> path, in EntryMetadata wanted)
    {
        var note = _directories.Make(path, wanted, _conflicts.KeepsDirectories);
        if (note.IsNew)
            _conflicts.Wrote(path, note.Before);
    }

    private void Defer(RecordBatch batch, int record)
    {
        if (_links.Count == 0 || _links[^1].Content != batch.Content)
            _links.Add(new RecordBatch(batch.ColumnCount) { Content = batch.Content });
        for (var column = 0; column < batch.ColumnCount; column++)
            _links[^1].AppendFrom(batch, record, column);
        _links[^1].EndRecord();
    }

    private async ValueTask WriteEntries(RecordBatch batch, CancellationToken cancellation)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            switch (KindOf(batch, i))
            {
                case EntryKind.File:
                    await WriteFile(batch, i, cancellation).ConfigureAwait(false);
                    break;
                case EntryKind.Symlink:
                    WriteSymlink(batch, i);
                    break;
                case EntryKind.Directory:
                case EntryKind.HardLink:
                    break;
                case EntryKind.Other:
                default:
                    throw new InvalidOperationException($"A record of kind {KindOf(batch, i)}.");
            }
        }
    }

    private async ValueTask WriteFile(RecordBatch batch, int record, CancellationToken cancellation)
    {
        var path = batch.BytesAt(record, FilesSchema.Path).ToArray();
        var metadata = EntryMetadata.Of(batch, record);
        var source = batch.Content ?? throw new InvalidOperationException("Files without a source of content.");
        for (var (attempt, most) = (0, 1); attempt < most; attempt++)
        {
            var content = await source.Open(batch, record, cancellation).ConfigureAwait(false);
            if (content is null)
                return; // It has gone since; the change source tells so at its next look.
            most = FileWriter.AttemptsFor(content.Length);
            await using (content.ConfigureAwait(false))
            {
                using var directory = _directories.Hold(PathOrder.Parent(path, out _));
                var writer = new FileWriter(_session, directory, _placing);
                if (await writer.Write(content, metadata, path, cancellation).ConfigureAwait(false) is not { } file)
                    continue;
                Put(file);
                Interlocked.Add(ref _bytes, content.Length);
                return;
            }
        }
    }

    private void WriteSymlink(RecordBatch batch, int record)
    {
        var path = batch.BytesAt(record, FilesSchema.Path).ToArray();
        using var directory = _directories.Hold(PathOrder.Parent(path, out _));
        var temporary = TemporaryName.Next(_session.Opening.Mark);
        var metadata = EntryMetadata.Of(batch, record);
        Check(Posix.Symlink(batch.BytesAt(record, FilesSchema.Link), directory.Number, temporary), "create", path);
        if (Posix.User == 0)
            Check(
                Posix.ChangeOwner(directory.Number, temporary, metadata.User, metadata.Group), "set the owner of",
                path);
        Check(Posix.SetModified(directory.Number, temporary, metadata.Modified), "set the time of", path);
        Put(new Placement(path, temporary));
    }

    /// <summary>Gives a file that is there already one more name.</summary>
    private bool TryLink(RecordBatch batch, int record)
    {
        var path = batch.BytesAt(record, FilesSchema.Path).ToArray();
        var first = batch.BytesAt(record, FilesSchema.Link).ToArray();
        using var from = _directories.Hold(PathOrder.Parent(first, out var firstName));
        if (Posix.Status(from.Number, firstName, out var file) < 0 || file.Kind != EntryKind.File)
            return false;
        using var directory = _directories.Hold(PathOrder.Parent(path, out var name));
        if (Posix.Status(directory.Number, name, out var there) >= 0 && there.Identity == file.Identity)
            return true;
        var temporary = TemporaryName.Next(_session.Opening.Mark);
        var result = Posix.Link(from.Number, firstName, directory.Number, temporary);
        if (result < 0)
            return Errno.IsGone(result) ? false : throw FilesProblems.From(result, "link", path);
        Place(new Placement(path, temporary));
        Interlocked.Increment(ref _written);
        return true;
    }

    private void Put(Placement one)
    {
        if (_placing == Placing.AtOnce)
            Place(one);
        else
            _waiting.Enqueue(one);
        Interlocked.Increment(ref _written);
    }

    private void Place(Placement one)
    {
        using var directory = _directories.Hold(PathOrder.Parent(one.Path, out var name));
        if (_conflicts.Matters && !MayReplace(directory.Number, name, one))
            return;
        var result = Posix.Rename(directory.Number, one.Temporary, directory.Number, name);
        if (result == -Errno.IsADirectory)
        {
            Check(Posix.Exchange(directory.Number, one.Temporary, directory.Number, name), "replace", one.Path);
            Removal.Remove(directory.Number, one.Temporary, one.Path);
            result = 0;
        }
        Check(result, "replace", one.Path);
        _conflicts.Wrote(directory.Number, name, one.Path);
    }

    /// <summary>Looks at what is in the way; when it stays, the new entry goes beside it or is given up.</summary>
    private bool MayReplace(int directory, ReadOnlySpan<byte> name, Placement one)
    {
        if (Posix.Status(directory, name, out var there) < 0)
            return true;
        var conflict = _conflicts.Judge(one.Path, there);
        if (conflict == Conflict.PutBeside && LateName.Take(directory, one.Temporary, name) is { } late)
            _conflicts.Wrote(directory, late, PathOrder.Join(PathOrder.Parent(one.Path, out _), late));
        else if (conflict != Conflict.Replace)
            _ = Posix.Unlink(directory, one.Temporary);
        return conflict == Conflict.Replace;
    }

    private static EntryKind KindOf(RecordBatch batch, int record) =>
        (EntryKind)batch.IntegerAt(record, FilesSchema.Kind);

    private static void Check(int result, string action, ReadOnlySpan<byte> path)
    {
        if (result < 0)
            throw FilesProblems.From(result, action, path);
    }
}
