using System.Runtime.CompilerServices;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Files.Reading;

/// <summary>Makes a batch of changes of paths that were touched: each is looked at now.</summary>
internal static class TouchedPaths
{
    private const int MostRecords = 256;

    /// <param name="paths">In any order, with repetitions.</param>
    /// <param name="whenOver">Called when the batch is disposed.</param>
    /// <param name="leaveOut">Told as touched, without a record: they will be told again.</param>
    internal static ChangeBatch Look(
        FilesSession session, ScopedStream stream, List<byte[]> paths, Position reached,
        CancellationToken cancellation, Action? whenOver = null, IReadOnlySet<byte[]>? leaveOut = null)
    {
        paths.Sort((left, right) => PathOrder.Compare(left, right));
        var root = session.Root();
        var keys = new RecordBatch(1);
        var gone = new List<bool>(paths.Count);
        var present = new List<byte[]>();
        byte[]? last = null;
        foreach (var path in paths)
        {
            cancellation.ThrowIfCancellationRequested();
            if (last is not null && last.AsSpan().SequenceEqual(path))
                continue;
            last = path;
            keys.AppendBytes(path);
            keys.EndRecord();
            gone.Add(!IsThere(root, path));
            if (!gone[^1] && !(leaveOut?.Contains(path) ?? false))
                present.Add(path);
        }
        var contents = new TreeContents(root, session.Retouch);
        return new ChangeBatch(
            reached, [new TouchedKeys(stream, keys, gone)],
            token => Read(session, stream, present, contents, token),
            () =>
            {
                contents.Dispose();
                whenOver?.Invoke();
                return ValueTask.CompletedTask;
            });
    }

    private static async IAsyncEnumerable<StreamRecords> Read(
        FilesSession session, ScopedStream stream, List<byte[]> paths, TreeContents contents,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var directories = new DirectoryCache(session.Root());
        for (var next = 0; next < paths.Count;)
        {
            var batch = new RecordBatch(FilesSchema.Columns.Count) { Content = contents };
            next = await Task.Run(() => Fill(session, paths, next, batch, directories), cancellation)
                .ConfigureAwait(false);
            if (batch.Count > 0)
                yield return new StreamRecords(stream, batch);
            else
                batch.Dispose();
        }
    }

    private static int Fill(
        FilesSession session, List<byte[]> paths, int next, RecordBatch batch, DirectoryCache directories)
    {
        for (; next < paths.Count && batch.Count < MostRecords; next++)
        {
            if (!Append(session, paths[next], batch, directories))
                session.Retouch(paths[next]);
        }
        return next;
    }

    private static bool Append(FilesSession session, byte[] path, RecordBatch batch, DirectoryCache directories)
    {
        var directory = directories.Rent(PathOrder.Parent(path, out var name), out var error);
        if (directory is null)
            return Errno.IsGone(error) ? false : throw FilesProblems.From(error, "open the directory of", path);
        try
        {
            if (path.Length == 0)
                name = "."u8;
            var result = Posix.Status(directory.Number, name, out var status);
            if (Errno.IsGone(result))
                return false;
            if (result < 0)
                throw FilesProblems.From(result, "look at", path);
            return EntryReader.Append(batch, session.Links, directory.Number, name, path, status);
        }
        finally
        {
            directory.DangerousRelease();
        }
    }

    private static bool IsThere(TreeRoot root, byte[] path)
    {
        var result = root.Status(path, out var status);
        if (result < 0 && !Errno.IsGone(result))
            throw FilesProblems.From(result, "look at", path);
        return result >= 0 && status.Kind != EntryKind.Other;
    }
}
