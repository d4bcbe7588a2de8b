using System.Globalization;
using Godwit.Connectors.Redis.Fencing;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Stops writers: one user by its rights, all of them by a pause of bounded length, or nobody.</summary>
/// <remarks>A pause ends by itself, so that writers never wait for a Godwit that has died; those who write after it are
/// found in what the server tells its replicas.</remarks>
internal sealed class RedisFence(RedisSession session, RedisChanges changes) : IFence, IAsyncDisposable
{
    /// <summary>To the server where the fence was raised: there it is lowered, whoever owns the slots by
    /// then.</summary>
    private RedisConnection? _raised;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    public async Task Raise(CancellationToken cancellation)
    {
        var control = await Place(cancellation).ConfigureAwait(false);
        if (session.Opening.FencedUser is { } user)
            await Restrict(control, user, cancellation).ConfigureAwait(false);
        else if (MayPause)
            await control.Call(
                cancellation, "CLIENT", "PAUSE",
                ((long)session.Opening.MaxPause.TotalMilliseconds).ToString(CultureInfo.InvariantCulture), "WRITE")
                .ConfigureAwait(false);
    }

    public Task Confirm(CancellationToken cancellation) => changes.Confirm(cancellation);

    public async Task Lower(CancellationToken cancellation)
    {
        var control = await Place(cancellation).ConfigureAwait(false);
        if (session.Opening.FencedUser is { } user)
            await new SavedRights(control, session.Opening.Mark, user).GiveBack(cancellation).ConfigureAwait(false);
        else if (MayPause)
            await control.Call(cancellation, "CLIENT", "UNPAUSE").ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_raised is not null)
            await _raised.DisposeAsync().ConfigureAwait(false);
        _raised = null;
    }

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) =>
        session.Opening.FencedUser is null ? changes.Late(cancellation)
        : cancellation.IsCancellationRequested ? Task.FromCanceled<ChangeBatch?>(cancellation)
        : Task.FromResult<ChangeBatch?>(null);

    public Task LateWritesTaken(CancellationToken cancellation) =>
        session.Opening.FencedUser is null ? changes.LateTaken(cancellation) : Task.CompletedTask;

    public Task Remove(CancellationToken cancellation) => Lower(cancellation);

    /// <summary>A server before 7.0 would hold up readers as well, Godwit among them.</summary>
    private bool MayPause => session.Scope.IsWhole && !session.Facts.IsBefore7;

    private async Task<RedisConnection> Place(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_raised is { IsAlive: true })
            return _raised;
        await DisposeAsync().ConfigureAwait(false);
        return _raised = await session.Dial(0, cancellation).ConfigureAwait(false);
    }

    /// <summary>What the user had is written down at the server before it is taken: whoever lowers the fence may be
    /// another process.</summary>
    private async Task Restrict(RedisConnection control, string user, CancellationToken cancellation)
    {
        var rights = await new SavedRights(control, session.Opening.Mark, user).Keep(cancellation)
            .ConfigureAwait(false)
            ?? throw new GodwitException(RedisProblems.BadFenceUser(session.Shown, user, "There is no such user."));
        await control.Call(cancellation, ["ACL", "SETUSER", user, .. rights.Fenced(session.Scope)])
            .ConfigureAwait(false);
    }
}
