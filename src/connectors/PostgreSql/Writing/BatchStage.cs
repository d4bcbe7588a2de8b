using System.Globalization;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Brings the keys and records of batches into temporary tables, which live as long as the connection and are
/// empty between transactions.</summary>
internal sealed class BatchStage(NpgsqlConnection connection)
{
    private readonly HashSet<int> _made = [];
    private readonly List<PartialStage> _partials = [];
    private readonly HashSet<PartialStage> _filled = [];

    /// <summary>What the present batch tells in part.</summary>
    internal IReadOnlyCollection<PartialStage> Filled => _filled;

    /// <returns>How many records came, and their bytes.</returns>
    internal async Task<(long Records, long Bytes)> Take(ChangeBatch batch, CancellationToken cancellation)
    {
        _filled.Clear();
        foreach (var touched in batch.Touched)
            await TakeKeys(touched, cancellation).ConfigureAwait(false);
        return await TakeRecords(batch, cancellation).ConfigureAwait(false);
    }

    /// <summary>Records that were told in part and are not here are read whole.</summary>
    internal async Task Complete(ChangeBatch batch, CancellationToken cancellation)
    {
        foreach (var partial in _filled)
            await partial.Complete(connection, batch, cancellation).ConfigureAwait(false);
    }

    /// <summary>Keys that are about to be forgotten whatever becomes of them.</summary>
    internal async Task TakeAllKeys(IEnumerable<TouchedKeys> touched, CancellationToken cancellation)
    {
        foreach (var one in touched)
            await Write(Staging.Name(one.Stream, "k"), one.Keys, cancellation).ConfigureAwait(false);
    }

    /// <summary>Records that were told in part become whole, for they are about to be deleted and inserted.</summary>
    internal async Task MakeWhole(CancellationToken cancellation)
    {
        foreach (var partial in _filled)
            await Query.Run(connection, partial.MakeWhole, cancellation).ConfigureAwait(false);
    }

    /// <summary>Puts the present records in the place of those that the batch told, which may be gone or have changed
    /// since.</summary>
    internal async Task Renew(ChangeBatch batch, CancellationToken cancellation)
    {
        foreach (var touched in batch.Touched.Where(one => !SetWriter.NeedsAllKeys(one.Stream)))
        {
            var (table, schema) = (Staging.Name(touched.Stream, "r"), touched.Stream.Schema);
            using var keys = await CopyReader.ReadAll(
                connection, $"SELECT {KeySql.Select(schema, "r")} FROM {table} AS r",
                Wire.Of(KeySql.Columns(schema)), cancellation).ConfigureAwait(false);
            if (keys.Count == 0)
                continue;
            using var present = await batch.Whole(touched.Stream, keys, cancellation).ConfigureAwait(false);
            await Query.Run(connection, $"DELETE FROM {table}", cancellation).ConfigureAwait(false);
            await Write(table, present, cancellation).ConfigureAwait(false);
        }
    }

    private async Task TakeKeys(TouchedKeys touched, CancellationToken cancellation)
    {
        var stream = touched.Stream;
        if (_made.Add(stream.Number))
        {
            await Query.Run(
                connection,
                $"{Staging.Create(stream, "r")}; {Staging.CreateKeys(stream, "k")}; {Staging.CreateKeys(stream, "g")}",
                cancellation).ConfigureAwait(false);
        }
        if (SetWriter.NeedsAllKeys(stream))
            await Write(Staging.Name(stream, "k"), touched.Keys, cancellation).ConfigureAwait(false);
        if (!touched.Gone.Contains(true))
            return;
        using var gone = touched.OnlyGone();
        await Write(Staging.Name(stream, "g"), gone, cancellation).ConfigureAwait(false);
    }

    private async Task Write(string table, RecordBatch keys, CancellationToken cancellation)
    {
        var writer = await CopyWriter.Begin(connection, table, cancellation).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        await writer.Add(keys, keys.ColumnCount, cancellation).ConfigureAwait(false);
        await writer.Complete(cancellation).ConfigureAwait(false);
    }

    private async Task<(long Records, long Bytes)> TakeRecords(ChangeBatch batch, CancellationToken cancellation)
    {
        var (records, bytes) = (0L, 0L);
        CopyWriter? writer = null;
        var current = "";
        try
        {
            await foreach (var part in batch.Current(cancellation).ConfigureAwait(false))
            {
                using var _ = part.Records;
                var table = part.Columns is null ? Staging.Name(part.Stream, "r") : Partial(part).Name;
                if (current != table)
                {
                    await End(writer).ConfigureAwait(false);
                    (writer, current) = (null, table);
                    if (part.Columns is not null && _filled.Add(Partial(part)))
                        await Query.Run(connection, Partial(part).Create, cancellation).ConfigureAwait(false);
                    writer = await CopyWriter.Begin(connection, table, cancellation).ConfigureAwait(false);
                }
                await writer!.Add(part.Records, part.Records.ColumnCount, cancellation).ConfigureAwait(false);
            }
            await End(writer).ConfigureAwait(false);
        }
        finally
        {
            if (writer is not null)
                await writer.DisposeAsync().ConfigureAwait(false);
        }
        return (records, bytes);

        async Task End(CopyWriter? one)
        {
            if (one is null)
                return;
            await one.Complete(cancellation).ConfigureAwait(false);
            (records, bytes) = (records + one.Records, bytes + one.Bytes);
        }
    }

    private PartialStage Partial(StreamRecords part)
    {
        if (_partials.Find(one => one.Takes(part)) is { } known)
            return known;
        var name = string.Create(CultureInfo.InvariantCulture, $"pg_temp._godwit_p{_partials.Count}");
        var partial = new PartialStage(part.Stream, part.Columns!, name);
        _partials.Add(partial);
        return partial;
    }
}
