using Godwit.Cli.Storage;
using Godwit.Core.Routes;

namespace Godwit.Cli.Routes;

/// <summary>Routes in a JSON file that applications read: one entry for each tenant.</summary>
/// <remarks>
/// Invariant: a reader of the file sees the old routes or the new ones. Writers wait for each other at a lock file
/// beside it, because the route file itself is replaced and a lock on it would go with the old one.
/// </remarks>
internal sealed class RouteFile(string path, string tenant, Hook? hook, TimeProvider clock) : IRoute
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    public async ValueTask<RouteEntry?> Read(CancellationToken cancellation) =>
        await Task.Run(() => ReadContent() is { } content ? Entry(content) : null, cancellation);

    public async ValueTask Switch(RouteEntry entry, CancellationToken cancellation)
    {
        using var turn = await WaitForTurn(cancellation);
        await Task.Run(() => Replace(entry), cancellation);
    }

    public ValueTask RunHook(RouteEntry entry, CancellationToken cancellation) =>
        hook is null ? ValueTask.CompletedTask : hook.Run(entry, cancellation);

    /// <summary>Finds out before anything is copied whether a switch would work.</summary>
    public async Task Probe(CancellationToken cancellation)
    {
        using var turn = await WaitForTurn(cancellation);
        await Read(cancellation);
    }

    private void Replace(RouteEntry entry)
    {
        var content = ReadContent();
        if (content is not null && Entry(content) is { } present && !Precedes(present, entry))
            throw RouteProblems.OlderEpoch(path, tenant, present.Epoch, entry.Epoch);
        try
        {
            AtomicFile.ReplaceDurably(path, RouteText.With(content, tenant, entry));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw RouteProblems.Unusable(path, refused);
        }
    }

    /// <summary>The same switch once more is allowed: who was cut off cannot know whether it happened.</summary>
    private static bool Precedes(RouteEntry present, RouteEntry next) =>
        present.Epoch < next.Epoch
        || (present.Epoch == next.Epoch && present.Places.Count == next.Places.Count
            && present.Places.All(one => next.Places.GetValueOrDefault(one.Key) == one.Value));

    private byte[]? ReadContent()
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw RouteProblems.Unusable(path, refused);
        }
    }

    private RouteEntry? Entry(byte[] content)
    {
        try
        {
            return RouteText.Read(content, tenant);
        }
        catch (FormatException broken)
        {
            throw RouteProblems.Invalid(path, broken.Message, broken);
        }
    }

    private async Task<FileStream> WaitForTurn(CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            if (TryTakeTurn() is { } turn)
                return turn;
            if (clock.GetElapsedTime(begun) > Patience)
                throw RouteProblems.Locked(path, Patience);
            await Task.Delay(Glance, clock, cancellation);
        }
    }

    private FileStream? TryTakeTurn()
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception refused) when (refused is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw RouteProblems.Unusable(path, refused);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
