using Godwit.Tests.Simulation;

namespace Godwit.Tests.Conformance;

/// <summary>The memory store in its two personalities, and with an order of its own.</summary>
public static class MemoryConformance
{
    public sealed class TouchedKeys() : MemoryHarness(MemorySettings.TouchedKeys);

    public sealed class Backwards() : MemoryHarness(MemorySettings.TouchedKeys with { PlainKeyOrder = false });

    public sealed class AfterImages() : MemoryHarness(MemorySettings.AfterImages with { TransactionsPerBatch = 2 });

    public sealed class TouchedKeysSource : SourcePromises<TouchedKeys>;

    public sealed class TouchedKeysChanges : ChangePromises<TouchedKeys>;

    public sealed class TouchedKeysTarget : TargetPromises<TouchedKeys>;

    public sealed class TouchedKeysApply : ApplyPromises<TouchedKeys>;

    public sealed class TouchedKeysDigest : DigestPromises<TouchedKeys>;

    public sealed class TouchedKeysFence : FencePromises<TouchedKeys>;

    public sealed class TouchedKeysCatalog : CatalogPromises<TouchedKeys>;

    public sealed class TouchedKeysCancellation : CancellationPromises<TouchedKeys>;

    public sealed class BackwardsSource : SourcePromises<Backwards>;

    public sealed class BackwardsDigest : DigestPromises<Backwards>;

    public sealed class BackwardsTarget : TargetPromises<Backwards>;

    public sealed class AfterImagesSource : SourcePromises<AfterImages>;

    public sealed class AfterImagesChanges : ChangePromises<AfterImages>;

    public sealed class AfterImagesTarget : TargetPromises<AfterImages>;

    public sealed class AfterImagesApply : ApplyPromises<AfterImages>;

    public sealed class AfterImagesDigest : DigestPromises<AfterImages>;

    public sealed class AfterImagesFence : FencePromises<AfterImages>;

    public sealed class AfterImagesCatalog : CatalogPromises<AfterImages>;

    public sealed class AfterImagesCancellation : CancellationPromises<AfterImages>;
}
