using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Reading;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>A file system refuses nobody: writers are told where to go by the route, and late writes are seen, moved
/// and
/// counted.</summary>
internal sealed class FilesFence(FilesSession session) : IFence, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private ScopedStream? _stream;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled(cancellation);
        _stream = streams.Single();
        return Task.CompletedTask;
    }

    public async Task Raise(CancellationToken cancellation)
    {
        var isNew = await Task.Run(
            () =>
            {
                session.CreateState();
                return session.Fence.Raise();
            },
            cancellation).ConfigureAwait(false);
        // What is written after this returns has a later stamp than the fence.
        if (isNew)
            await Task.Delay(FenceState.Tick, session.Opening.Clock, cancellation).ConfigureAwait(false);
    }

    public Task Lower(CancellationToken cancellation) => Task.Run(session.Fence.Lower, cancellation);

    public async Task<ChangeBatch?> LateWrites(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Look(cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task Remove(CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                session.Fence.Lower();
                session.OwnWrites.Clear();
            },
            cancellation);

    public void Dispose() => _gate.Dispose();

    private ChangeBatch? Look(CancellationToken cancellation)
    {
        if (session.Fence.LateSince is not { } since)
            return null;
        var stream = _stream ?? throw new InvalidOperationException("The fence was not prepared.");
        var late = session.LateWriters.Find(since, session.TryPeer(), cancellation);
        return late.Count == 0
            ? null
            : TouchedPaths.Look(
                session, stream, late, FilesSession.Now(), cancellation,
                // When the batch is over: what did not arrive is told again.
                whenOver: () => session.LateWriters.Settle(late, session.TryPeer()));
    }
}
