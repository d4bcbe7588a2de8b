using Godwit.Core.Changes;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Stops writers of exactly the moved scope. Godwit's own writes pass.</summary>
public interface IFence
{
    /// <summary>Installs what is needed to raise the fence at once later; stops nobody. Repeatable.</summary>
    Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation);

    /// <summary>Raises the fence. When it returns, no write of the scope can be acknowledged any more, and none is in
    /// flight (for <see cref="FenceStrength.Cooperative"/>: writers have been told). Repeatable.</summary>
    Task Raise(CancellationToken cancellation);

    /// <summary>Called when the last change has been brought over, before traffic goes. Raises a problem when something
    /// happened at the store since <see cref="Raise"/> by which what was brought over may not be what is
    /// there.</summary>
    Task Confirm(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Lets writers in again. Repeatable.</summary>
    Task Lower(CancellationToken cancellation);

    /// <summary>Writes to the scope that came after the fence was raised and that Godwit did not make itself.</summary>
    /// <returns>Null when there are none, and always for <see cref="FenceStrength.Enforced"/>. Each is told
    /// once.</returns>
    Task<ChangeBatch?> LateWrites(CancellationToken cancellation);

    /// <summary>What <see cref="LateWrites"/> told last is at the other side. Stores that cannot tell a write twice
    /// without harm tell everything again until they hear this.</summary>
    Task LateWritesTaken(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Lowers and removes what was installed. Repeatable.</summary>
    Task Remove(CancellationToken cancellation);
}
