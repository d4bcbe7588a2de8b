using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Writes one chunk in one transaction, together with the fact that it is done.</summary>
internal sealed class ChunkWriter(PostgreSqlStore store)
{
    private string Mark => Quote.Text(store.Names.Mark);

    internal Task<ChunkDone> Write(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) =>
        store.Session.InTransaction(
        $"write a chunk of {stream.Schema.Name}",
        async connection =>
        {
            await Query.Run(connection, $"{AsReplica}; {store.Names.SayOwn}", cancellation).ConfigureAwait(false);
            if (await ChunkLedger.Has(connection, Mark, chunk, cancellation).ConfigureAwait(false))
                await Forget(connection, stream, chunk.Range, cancellation).ConfigureAwait(false);
            var (records, bytes) = await Fill(connection, stream, read, cancellation).ConfigureAwait(false);
            var done = new ChunkDone(chunk.Stream, chunk.Index, read.Visibility, records, bytes);
            await ChunkLedger.Write(connection, Mark, done, cancellation).ConfigureAwait(false);
            return done;
        },
        cancellation);

    /// <summary>Ordinary triggers and foreign keys do not fire: what they did at the source is moved as data.</summary>
    internal const string AsReplica = "SET LOCAL session_replication_role = replica";

    private async Task<(long Records, long Bytes)> Fill(
        NpgsqlConnection connection, ScopedStream stream, IChunkRead read, CancellationToken cancellation)
    {
        var into = $"{Quote.Table(stream.Schema)} ({Quote.Names(stream.Schema.Columns.Select(one => one.Name))})";
        var isShared = stream.Kind != ScopeKind.Everything && stream.Schema.UniqueKeys.Count > 0;
        if (isShared)
        {
            await Query.Run(connection, Staging.Create(stream, "c"), cancellation).ConfigureAwait(false);
            into = Staging.Name(stream, "c");
        }
        var copied = await Copy(connection, into, read, cancellation).ConfigureAwait(false);
        if (isShared)
            await Take(connection, stream, cancellation).ConfigureAwait(false);
        return copied;
    }

    private async Task<(long Records, long Bytes)> Copy(
        NpgsqlConnection connection, string into, IChunkRead read, CancellationToken cancellation)
    {
        if (read is PostgreSqlChunkRead native && await native.HasBinaryForm(cancellation).ConfigureAwait(false))
            return await Pass(connection, into, native, cancellation).ConfigureAwait(false);
        return await CopyWriter.Write(connection, into, read.Batches(cancellation), cancellation)
            .ConfigureAwait(false);
    }

    private async Task<(long Records, long Bytes)> Pass(
        NpgsqlConnection connection, string into, PostgreSqlChunkRead native, CancellationToken cancellation)
    {
        var from = await native.Raw(cancellation).ConfigureAwait(false);
        await using var _ = from.ConfigureAwait(false);
        var to = await connection
            .BeginRawBinaryCopyAsync($"COPY {into} FROM STDIN (FORMAT binary)", cancellation).ConfigureAwait(false);
        var isComplete = false;
        try
        {
            var passed = await RawCopy.Pass(from, to, store.Throttle, cancellation).ConfigureAwait(false);
            isComplete = true;
            await to.DisposeAsync().ConfigureAwait(false);
            return passed;
        }
        finally
        {
            if (!isComplete)
                await CopyWriter.GiveUp(to.CancelAsync, to).ConfigureAwait(false);
        }
    }

    // Chunks are read at different times, so two of them may hold the same unique value: the earlier record is out of
    // date, was touched since, and comes again.
    private static async Task Take(NpgsqlConnection connection, ScopedStream stream, CancellationToken cancellation)
    {
        var table = Quote.Table(stream.Schema);
        foreach (var unique in stream.Schema.UniqueKeys.Where(one => one.Columns.Count > 0))
        {
            var equal = string.Join(
                " AND ", unique.Columns.Select(column => $"t.{Quote.Name(column)} = c.{Quote.Name(column)}"));
            await Query.Run(
                connection,
                $"DELETE FROM {table} AS t USING {Staging.Name(stream, "c")} AS c"
                + $" WHERE {equal} AND {ScopeSql.OfOursHere(stream, "t")}",
                cancellation).ConfigureAwait(false);
        }
        var columns = Quote.Names(stream.Schema.Columns.Select(one => one.Name));
        await Query.Run(
            connection,
            $"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"
            + $" SELECT {columns} FROM {Staging.Name(stream, "c")}",
            cancellation).ConfigureAwait(false);
        await Query.Run(connection, $"DROP TABLE {Staging.Name(stream, "c")}", cancellation).ConfigureAwait(false);
    }

    private static Task Forget(
        NpgsqlConnection connection, ScopedStream stream, KeyRange range, CancellationToken cancellation) => Query.Run(
        connection,
        $"DELETE FROM {Quote.Table(stream.Schema)} AS t WHERE {KeySql.Within(stream.Schema, "t", range)}"
        + $" AND {ScopeSql.OfOursHere(stream, "t")}",
        cancellation);
}
