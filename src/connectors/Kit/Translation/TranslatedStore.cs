using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Another family's store, spoken to in the words of the source.</summary>
/// <remarks>
/// Names, types and keys of streams are said in the other family's words on their way in, and in the source's on their
/// way out; values pass as they are. A value that one side would not give back as it is stops with its table, key and
/// column before it is written. Owns the other store, and not the source.
/// </remarks>
public sealed class TranslatedStore : IStore
{
    private readonly IStore _inner;
    private readonly Phrasebook _words;

    private TranslatedStore(IStore source, IStore inner)
    {
        _inner = inner;
        _words = new Phrasebook(source, inner);
        var counters = new CounterNames(source, inner, _words);
        Catalog = new TranslatedCatalog(source, inner, _words, counters);
        Snapshot = new TranslatedSnapshot(source, inner, _words);
        Changes = new TranslatedChanges(source, inner, _words, counters);
        Target = new TranslatedTarget(source, inner, _words, counters);
        Digest = new TranslatedDigest(inner, _words);
        Fence = new TranslatedFence(source, inner, _words);
    }

    public string Address => _inner.Address;

    public Abilities Abilities { get; private init; } = null!;

    public ICatalog Catalog { get; }

    public ISnapshotSource Snapshot { get; }

    public IChangeSource Changes { get; }

    public ITarget Target { get; }

    public IDigest Digest { get; }

    public IFence Fence { get; }

    /// <summary>A target that understands a source; the target itself where it does already, or where there is no
    /// mapping between the two.</summary>
    public static IStore Between(IStore source, IStore target) =>
        target.AsTargetOf(source) is { } view
            ? view
            : source.Abilities.Family == target.Abilities.Family || source.Dialect is null || target.Dialect is null
            ? target
            : new TranslatedStore(source, target)
            {
                Abilities = target.Abilities with
                {
                    Family = source.Abilities.Family,
                    IsOneWay = source.Abilities.IsOneWay || target.Abilities.IsOneWay,
                },
            };

    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        _words.Dispose();
    }
}
