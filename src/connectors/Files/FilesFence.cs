using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>A file system refuses nobody: writers are told where to go, and late writes are seen, moved and
/// counted.</summary>
internal sealed class FilesFence : IFence
{
    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) => Task.CompletedTask;

    public Task Raise(CancellationToken cancellation) => Task.CompletedTask;

    public Task Lower(CancellationToken cancellation) => Task.CompletedTask;

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation) => Task.FromResult<ChangeBatch?>(null);

    public Task Remove(CancellationToken cancellation) => Task.CompletedTask;
}
