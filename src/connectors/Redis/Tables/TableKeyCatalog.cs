using Godwit.Connectors.Redis.Checking;
using Godwit.Connectors.Redis.Rows;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Tells whether a table's rows can be keys here.</summary>
internal sealed class TableKeyCatalog(RedisSession session, TableKeys form) : NoTables
{
    /// <summary>Bytes of rows that are looked at; what that misses stops the copy, with the key.</summary>
    private const long MostBytes = 256L << 20;

    private const int Shown = 3;

    public override async Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation)
    {
        var problems = new List<Problem>(await new RedisCheck(session).LookAtRows(cancellation).ConfigureAwait(false));
        if (streams.Count > 1)
            problems.Add(RedisProblems.NoKeyTable(
                session.Opening.Elsewhere, session.Shown, streams[1].Schema.Name,
                "A move of rows into keys has one table"));
        problems.AddRange(streams.Select(one => form.Problem(one.Schema)).OfType<Problem>());
        if (problems.Count > 0 || streams.Count == 0)
            return problems;
        var control = await session.Control(cancellation).ConfigureAwait(false);
        if (await Checkpoint.Read(control, session.CheckpointKey, cancellation).ConfigureAwait(false) is null
            && await Sample(cancellation).ConfigureAwait(false) is { } sample)
            problems.Add(RedisProblems.NotEmpty(session.Shown, sample));
        if (source is not null)
            problems.AddRange(await Rows(streams[0], source, cancellation).ConfigureAwait(false));
        return problems;
    }

    private async Task<string?> Sample(CancellationToken cancellation)
    {
        await foreach (var (_, names) in new ScopeSweep(session).Walk(session.OwnDatabase, cancellation)
            .ConfigureAwait(false))
        {
            if (names.Count > 0)
                return Printable.Text(names[0]);
        }
        return null;
    }

    /// <summary>The first rows that stand for no key.</summary>
    private async Task<List<Problem>> Rows(
        ScopedStream stream, ISnapshotSource source, CancellationToken cancellation)
    {
        var (found, bytes) = (new List<Problem>(), 0L);
        var read = await source.Read(stream, KeyRange.All, cancellation).ConfigureAwait(false);
        await using var _ = read.ConfigureAwait(false);
        await foreach (var rows in read.Batches(cancellation).ConfigureAwait(false))
        {
            using (rows)
            {
                for (var i = 0; i < rows.Count && found.Count < Shown; i++)
                {
                    if (Of(stream.Schema, rows, i) is { } problem)
                        found.Add(problem);
                }
                bytes += rows.Size;
            }
            if (bytes > MostBytes || found.Count == Shown)
                break;
        }
        return found;
    }

    private Problem? Of(StreamSchema schema, RecordBatch rows, int row)
    {
        try
        {
            form.Read(schema, rows, row, now: 0);
            return null;
        }
        catch (GodwitException broken)
        {
            return broken.Problem;
        }
    }
}
