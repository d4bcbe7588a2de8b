using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Notices that a batch deleted fewer rows, or inserted more, than it could if all rows were here that had to
/// be; and finds out which are not.</summary>
/// <remarks>Counting costs nothing, and is right as long as nobody writes the same rows beside us. Only when the counts
/// do not fit are rows looked for.</remarks>
internal sealed class MissedRows(NpgsqlConnection connection, ChangeBatch batch)
{
    private const int Sample = 10;

    private bool _isSure;

    /// <summary>Whether rows that had to be here may not have been.</summary>
    internal bool MayBe { get; private set; }

    /// <summary>The batch is about to be written, perhaps anew.</summary>
    internal void Begin() => (MayBe, _isSure) = (false, batch.IsSure());

    internal void HasDeleted(TouchedKeys touched, long rows) =>
        MayBe |= Counts(touched) && rows < Expected(touched).Count(at => touched.Gone[at]);

    internal void HasInserted(TouchedKeys touched, long rows) =>
        MayBe |= Counts(touched) && rows > touched.Gone.Count(gone => !gone)
            - Expected(touched).Count(at => !touched.Gone[at]);

    /// <summary>The rows that had to be here and are not, before the batch is written.</summary>
    /// <returns>Null when all are.</returns>
    internal async Task<IReadOnlyList<MissedRecords>?> Find(BatchStage stage, CancellationToken cancellation)
    {
        var missed = new List<MissedRecords>();
        foreach (var touched in batch.Touched.Where(Counts))
        {
            using var expected = new RecordBatch(touched.Keys.ColumnCount);
            foreach (var at in Expected(touched))
                Key.Of(touched.Keys, at).AppendTo(expected);
            await stage.TakeAllKeys([touched with { Keys = expected }], cancellation).ConfigureAwait(false);
            if (await Find(touched, cancellation).ConfigureAwait(false) is { Count: > 0 } some)
                missed.Add(some);
            await Query.Run(connection, $"DELETE FROM {Staging.Name(touched.Stream, "k")}", cancellation)
                .ConfigureAwait(false);
        }
        return missed.Count > 0 ? missed : null;
    }

    private async Task<MissedRecords> Find(TouchedKeys touched, CancellationToken cancellation)
    {
        var (stream, columns) = (touched.Stream, KeySql.Columns(touched.Stream.Schema).ToList());
        var lacking = $"FROM {Staging.Name(stream, "k")} AS k WHERE NOT EXISTS(SELECT 1 FROM"
            + $" {Quote.Table(stream.Schema)} AS t WHERE {KeySql.Same(stream.Schema, "t", "k")}"
            + $" AND {ScopeSql.OfOursHere(stream, "t")})";
        var count = await Query.Number(connection, $"SELECT count(*) {lacking}", cancellation).ConfigureAwait(false);
        var keys = await Query.Rows(
            connection,
            $"SELECT {string.Join(", ", columns.Select((_, i) => $"k{i}"))} {lacking} LIMIT {Sample}",
            cancellation).ConfigureAwait(false);
        return new MissedRecords(
            stream.Schema.Name, count ?? 0, [.. keys.Select(row => $"({string.Join(", ", row)})")]);
    }

    /// <summary>Where the whole row is the key a change is another key's.</summary>
    private bool Counts(TouchedKeys touched) =>
        _isSure && touched.Expected is not null && !SetWriter.NeedsAllKeys(touched.Stream)
        && batch.Emptied.All(one => one.Number != touched.Stream.Number);

    private static IEnumerable<int> Expected(TouchedKeys touched) =>
        Enumerable.Range(0, touched.Keys.Count).Where(at => touched.Expected![at]);
}
