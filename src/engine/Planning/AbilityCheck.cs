using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Refuses what two stores cannot do together, by what they say of themselves.</summary>
internal static class AbilityCheck
{
    internal static IEnumerable<Problem> Of(MigrationMode mode, IStore from, IStore to)
    {
        var hybrid = mode == MigrationMode.Hybrid && !to.Abilities.IsOneWay;
        if (from.Abilities.Changes == ChangeCapture.None)
            yield return EngineProblems.NoCapture(from.Address);
        if (hybrid && to.Abilities.Changes == ChangeCapture.None)
            yield return EngineProblems.NoCapture(to.Address);
        foreach (var store in new[] { from, to })
        {
            if (hybrid && store.Abilities.Fence == FenceStrength.None)
                yield return EngineProblems.NoFence(store.Address);
        }

        // The handover rule looks a key's chunk up by its bytes.
        if (from.Abilities is { Changes: ChangeCapture.AfterImages, PlainKeyOrder: false })
            yield return EngineProblems.NoPlainOrder(from.Address);
    }
}
