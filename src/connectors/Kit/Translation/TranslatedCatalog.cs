using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Knows what a target holds of the source's streams, and whether these can be moved there.</summary>
internal sealed class TranslatedCatalog(IStore source, IStore inner, Phrasebook words, CounterNames counters)
    : ICatalog
{
    /// <summary>Those of the source's streams that have a table at the target, as the source says them.</summary>
    public async Task<Catalog> Read(CancellationToken cancellation)
    {
        var there = new List<StreamSchema>();
        foreach (var stream in (await source.Catalog.Read(cancellation).ConfigureAwait(false)).Streams)
        {
            if (await words.Found(stream, cancellation).ConfigureAwait(false) is not null)
                there.Add(stream);
        }
        return new Catalog(there, new Dictionary<string, Problem>());
    }

    public async Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        await inner.Catalog.Model(await words.There(streams, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);

    public async Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        return counters.Back(await inner.Catalog.Counters(there, cancellation).ConfigureAwait(false));
    }

    public async Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        await inner.Catalog.Count(await words.There(stream, cancellation).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);

    public async Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? snapshot, CancellationToken cancellation)
    {
        await words.Renew(cancellation).ConfigureAwait(false);
        var problems = new List<Problem>();
        var tables = new TableCheck(source, inner, words);
        var sound = new List<ScopedStream>();
        foreach (var stream in streams)
        {
            var found = await tables.Of(stream, cancellation).ConfigureAwait(false);
            problems.AddRange(found);
            if (found.Count == 0)
                sound.Add(stream);
        }
        var there = await words.There(sound, cancellation).ConfigureAwait(false);
        problems.AddRange(await inner.Catalog.Check(
            role, there, snapshot is null ? null : new SourceInOtherWords(snapshot, words), cancellation)
            .ConfigureAwait(false));
        problems.AddRange(await tables.LeftOut(sound, there, cancellation).ConfigureAwait(false));
        foreach (var (stream, said) in sound.Zip(there))
        {
            if (snapshot is not null)
                problems.AddRange(await new ValueCheck(inner, stream, said).Run(snapshot, cancellation)
                    .ConfigureAwait(false));
        }
        return problems;
    }
}
