using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Whether the target can have a table for each stream.</summary>
internal sealed class TableCheck(IStore source, IStore inner, Phrasebook words)
{
    private IDialect From => source.Dialect!;

    private IDialect To => inner.Dialect!;

    internal async Task<IReadOnlyList<Problem>> Of(ScopedStream stream, CancellationToken cancellation)
    {
        var schema = stream.Schema;
        if (await words.Unusable(schema, cancellation).ConfigureAwait(false) is { } unusable)
            return [unusable];
        var found = await words.Found(schema, cancellation).ConfigureAwait(false);
        var there = (await words.There(stream, cancellation).ConfigureAwait(false)).Schema;
        return
        [
            .. found is null ? Names(schema) : Pairing.Differences(schema, found, From, To)
                .Select(one => TranslationProblems.Differs(inner.Address, found.Name, one)),
            .. schema.KeyColumns.Where(at => !IsPlain(schema.Columns[at], found is null
                    ? there.Columns[at]
                    : found.Columns[Math.Max(0, found.ColumnNamed(schema.Columns[at].Name))]))
                .Select(at => TranslationProblems.NoKey(schema.Name, schema.Columns[at].Name)),
        ];
    }

    /// <summary>What tables that Godwit makes will lack.</summary>
    internal async Task<IReadOnlyList<Problem>> LeftOut(
        IReadOnlyList<ScopedStream> streams, IReadOnlyList<ScopedStream> there, CancellationToken cancellation)
    {
        if (streams.Count == 0)
            return [];
        var outlines = (await source.Catalog.Model(streams, cancellation).ConfigureAwait(false)).Outlines;
        var problems = new List<Problem>();
        for (var i = 0; i < outlines.Count; i++)
        {
            if (await words.Found(streams[i].Schema, cancellation).ConfigureAwait(false) is not null)
                continue;
            var lost = Designs.Lost(streams, there, outlines[i], i).Select(key =>
                $"the foreign key ({string.Join(", ", key.Columns)}) to {key.Parent}");
            var all = outlines[i].LeftOut.Concat(lost).ToList();
            if (all.Count > 0)
                problems.Add(TranslationProblems.LeftOut(streams[i].Schema.Name, all));
        }
        return problems;
    }

    private bool IsPlain(ColumnSchema here, ColumnSchema there) => From.SharesKey(here) && To.HoldsKey(
        there with { AsNumbers = To.Neutral(there).Kind == NeutralKind.Decimal });

    private IEnumerable<Problem> Names(StreamSchema schema)
    {
        if (To.Refusal(From.TableName(schema.Name)) is { } why)
            yield return TranslationProblems.NoName(inner.Address, schema.Name, why);
        foreach (var column in schema.Columns)
        {
            if (To.Refusal(column.Name) is { } reason)
                yield return TranslationProblems.NoName(inner.Address, $"{schema.Name}.{column.Name}", reason);
        }
    }
}
