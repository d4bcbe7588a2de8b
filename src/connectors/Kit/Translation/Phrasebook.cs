using System.Runtime.CompilerServices;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Which of the target's streams stands for which of the source's.</summary>
/// <remarks>Where the target has the table, it is said as it is there; otherwise as it would be made. The columns of a
/// translated stream are in the source's order, so that batches fit both.</remarks>
internal sealed class Phrasebook(IStore source, IStore target) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConditionalWeakTable<ScopedStream, ScopedStream> _back = [];
    private ConditionalWeakTable<ScopedStream, ScopedStream> _there = [];
    private Catalog? _catalog;

    /// <summary>The streams as the target calls them.</summary>
    internal async ValueTask<IReadOnlyList<ScopedStream>> There(
        IEnumerable<ScopedStream> streams, CancellationToken cancellation)
    {
        var there = new List<ScopedStream>();
        foreach (var stream in streams)
            there.Add(await There(stream, cancellation).ConfigureAwait(false));
        return there;
    }

    /// <inheritdoc cref="There(IEnumerable{ScopedStream}, CancellationToken)"/>
    internal async ValueTask<ScopedStream> There(ScopedStream stream, CancellationToken cancellation)
    {
        if (_there.TryGetValue(stream, out var known))
            return known;
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            _catalog ??= await target.Catalog.Read(cancellation).ConfigureAwait(false);
            return Translated(stream, _catalog);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The stream of the source for one that <see cref="There(ScopedStream, CancellationToken)"/> has
    /// told.</summary>
    internal ScopedStream Back(ScopedStream there) => _back.TryGetValue(there, out var stream)
        ? stream
        : throw new InvalidOperationException($"{there} was never translated.");

    /// <summary>The table that stands for a stream, as the target defines it; null when there is none yet.</summary>
    internal async ValueTask<StreamSchema?> Found(StreamSchema schema, CancellationToken cancellation) =>
        Found(schema, await Look(cancellation).ConfigureAwait(false));

    /// <summary>Why a table that is there cannot stand for a stream; null when it can, or is not there.</summary>
    internal async ValueTask<Problem?> Unusable(StreamSchema schema, CancellationToken cancellation) =>
        (await Look(cancellation).ConfigureAwait(false)).Unsupported.GetValueOrDefault(NameOf(schema.Name));

    /// <summary>The target's definitions have changed: everything is looked up anew.</summary>
    internal async ValueTask Renew(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        (_catalog, _there) = (null, []);
        _turn.Release();
    }

    /// <summary>The target's name for a table that is not there yet.</summary>
    internal string NameOf(string stream) => target.Dialect!.StreamName(source.Dialect!.TableName(stream));

    public void Dispose() => _turn.Dispose();

    private async ValueTask<Catalog> Look(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _catalog ??= await target.Catalog.Read(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private ScopedStream Translated(ScopedStream stream, Catalog catalog)
    {
        if (_there.TryGetValue(stream, out var known))
            return known;
        var schema = Schema(stream.Schema, catalog);
        var there = stream.Kind switch
        {
            ScopeKind.Everything => ScopedStream.Everything(stream.Number, schema),
            ScopeKind.ByColumn => ScopedStream.ByColumn(stream.Number, schema, stream.TenantColumn, stream.Tenant!),
            ScopeKind.ByParent => ScopedStream.ByParent(
                stream.Number, schema, Translated(stream.Parent!, catalog),
                Pairing.Key(stream.Path!, stream.Schema, schema, stream.Parent!.Schema,
                    Translated(stream.Parent!, catalog).Schema)),
            _ => throw new InvalidOperationException($"Scope kind {stream.Kind}."),
        };
        _there.AddOrUpdate(stream, there);
        _back.AddOrUpdate(there, stream);
        return there;
    }

    private StreamSchema Schema(StreamSchema schema, Catalog catalog) => Found(schema, catalog) is { } found
        ? Pairing.Of(schema, found, target.Dialect!)
        : Pairing.New(schema, NameOf(schema.Name), source.Dialect!, target.Dialect!);

    private StreamSchema? Found(StreamSchema schema, Catalog catalog)
    {
        var name = NameOf(schema.Name);
        var alike = catalog.Streams.Where(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return alike.Find(one => one.Name == name) ?? (alike.Count == 1 ? alike[0] : null);
    }
}
