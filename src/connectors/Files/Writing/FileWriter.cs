using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Writes one file under a temporary name, with its metadata.</summary>
internal readonly struct FileWriter(FilesSession session, HeldDirectory directory, Placing placing)
{
    /// <summary>How often a file is tried that is being written to; then it is left to the change source.</summary>
    internal static int AttemptsFor(long length) => length > Small ? 1 : 3;

    private const long Small = 1 << 20;

    private const uint Private = 0x180;

    /// <returns>Where the complete file waits; null when the content changed while it was read: nothing is left
    /// then.</returns>
    internal async ValueTask<Placement?> Write(
        IContent content, EntryMetadata metadata, byte[] path, CancellationToken cancellation)
    {
        if (content is FileContent { Length: >= PartialCopy.WorthResuming } large)
            return await WriteLarge(large, metadata, path, cancellation).ConfigureAwait(false);
        var temporary = TemporaryName.Next(session.Opening.Mark);
        var file = Posix.Open(directory.Number, temporary, OpenFlags.NewFile, Private);
        if (file < 0)
            throw FilesProblems.From(file, "create", path);
        var complete = false;
        try
        {
            complete = await Fill(file, content, metadata, path, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _ = Posix.Close(file);
            if (!complete)
                _ = Posix.Unlink(directory.Number, temporary);
        }
        return complete ? new Placement(path, temporary) : null;
    }

    /// <summary>Under a name that is found again after a restart, with a record of how much of it is durable.</summary>
    private async ValueTask<Placement?> WriteLarge(
        FileContent content, EntryMetadata metadata, byte[] path, CancellationToken cancellation)
    {
        var partial = new PartialCopy(session, path, content);
        var file = partial.Open(directory.Number);
        try
        {
            if (!await partial.Copy(file, cancellation).ConfigureAwait(false) || !content.IsUnchanged())
            {
                partial.Abandon(directory.Number);
                return null;
            }
            Finish(file, content, metadata, path);
            partial.Forget();
            return new Placement(path, partial.Temporary);
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    private async ValueTask<bool> Fill(
        int file, IContent content, EntryMetadata metadata, byte[] path, CancellationToken cancellation)
    {
        var copied = await FileCopy.Copy(content, file, session.Throttle, path, cancellation).ConfigureAwait(false);
        if (copied is null || !content.IsUnchanged())
            return false;
        Finish(file, content, metadata, path);
        return true;
    }

    private void Finish(int file, IContent content, EntryMetadata metadata, byte[] path)
    {
        // A new file belongs to us, unless its directory gives it another group.
        var group = directory.Note.GivesGroup ? uint.MaxValue : Posix.Group;
        metadata.At(content).ApplyTo(file, path, new EntryNow(Private, Posix.User, group, IsNew: true));
        if (placing == Placing.WhenEachIsDurable && Posix.Sync(file) is < 0 and var result)
            throw FilesProblems.From(result, "make durable", path);
    }
}
