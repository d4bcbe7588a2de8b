using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Looks for records of others at the target that hold keys or unique values of the records that will
/// come.</summary>
internal sealed class CollisionCheck(PostgreSqlStore store, NpgsqlConnection connection, ScopedStream stream)
{
    internal async Task<IReadOnlyList<Problem>> Run(ISnapshotSource source, CancellationToken cancellation)
    {
        var claims = Claims().Select(one => (Claim: one, Found: new Finding())).ToList();
        var read = await source.Read(stream, KeyRange.All, cancellation).ConfigureAwait(false);
        await using var _ = read.ConfigureAwait(false);
        await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
        {
            using (batch)
            {
                foreach (var (claim, found) in claims)
                    await Look(batch, claim, found, cancellation).ConfigureAwait(false);
            }
        }
        return
        [
            .. claims.Where(one => one.Found.Count > 0).Select(one => PostgreSqlProblems.Collisions(
                store.Opening.Shown, stream.Schema.Name,
                string.Join(", ", KeySql.Columns(one.Claim).Select(column => column.Name)), one.Found.Count,
                one.Found.Example)),
        ];
    }

    /// <summary>The stream as if each of its unique keys were its key.</summary>
    private IEnumerable<StreamSchema> Claims()
    {
        var schema = stream.Schema;
        yield return schema;
        foreach (var unique in schema.UniqueKeys.Where(one => one.Columns.Count > 0))
        {
            var columns = unique.Columns.Select(schema.ColumnNamed).ToList();
            if (columns.TrueForAll(one => one >= 0))
                yield return schema with { KeyColumns = columns };
        }
    }

    private async Task Look(
        RecordBatch batch, StreamSchema claim, Finding found, CancellationToken cancellation)
    {
        using var keys = new RecordBatch(claim.KeyColumns.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (claim.KeyColumns.All(column => batch.KindAt(i, column) != ValueKind.Null))
                Key.Of(batch, i, [.. claim.KeyColumns]).AppendTo(keys);
        }
        foreach (var (from, some) in KeySql.Unnest(claim, keys))
        {
            var row = (await Query.Rows(
                connection,
                $"SELECT count(*), min(k.n) FROM {some} JOIN {Quote.Table(claim)} AS t"
                + $" ON {KeySql.Equal(claim, "t", "k")} WHERE NOT {ScopeSql.Of(stream, "t")}",
                cancellation).ConfigureAwait(false))[0];
            found.Add(
                long.Parse(row[0]!, CultureInfo.InvariantCulture),
                row[1] is { } first
                    ? Key.Of(keys, from + int.Parse(first, CultureInfo.InvariantCulture) - 1).ToString()
                    : "");
        }
    }

    private sealed class Finding
    {
        internal long Count { get; private set; }

        internal string Example { get; private set; } = "";

        internal void Add(long count, string example)
        {
            if (Count == 0)
                Example = example;
            Count += count;
        }
    }
}
