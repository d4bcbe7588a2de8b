using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Batches of changes of keys that were touched: their rows are read when they are taken, never older than the
/// batch.</summary>
internal sealed class TouchedRows(RedisSession session, KeyReader reader, ScopedStream stream)
{
    private const int PerRequest = 1_024;

    /// <param name="reached">The position of the batch.</param>
    /// <param name="names">As the session's scope names them, perhaps some twice; stays the caller's.</param>
    /// <param name="also">Keys of rows that were asked for: those that can be no keys are gone; null for none.</param>
    internal async Task<ChangeBatch> Batch(
        Position reached, RecordBatch names, RecordBatch? also, CancellationToken cancellation)
    {
        var (touched, gone, present) = (new RecordBatch(1), new List<bool>(), session.Scope.NewKeys());
        var seen = new HashSet<Key>();
        var are = await AreThere(names, cancellation).ConfigureAwait(false);
        for (var i = 0; i < names.Count; i++)
        {
            if (!seen.Add(Key.Of(names, i)))
                continue;
            touched.AppendText(KeyText.Of(session.Scope.NameAt(names, i)));
            touched.EndRecord();
            gone.Add(!are[i]);
            if (are[i])
                Key.Of(names, i).AppendTo(present);
        }
        for (var i = 0; also is not null && i < also.Count; i++)
        {
            if (reader.Name(also, i) is not null)
                continue;
            Key.Of(also, i).AppendTo(touched);
            gone.Add(true);
        }
        return new ChangeBatch(
            reached, touched.Count == 0 ? [] : [new TouchedKeys(stream, touched, gone)],
            token => Current(present, token),
            () =>
            {
                present.Dispose();
                return ValueTask.CompletedTask;
            });
    }

    private async IAsyncEnumerable<StreamRecords> Current(
        RecordBatch present, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var rows in reader.Rows(present, cancellation).ConfigureAwait(false))
            yield return new StreamRecords(stream, rows);
    }

    private async Task<bool[]> AreThere(RecordBatch names, CancellationToken cancellation)
    {
        var there = new bool[names.Count];
        var connection = await session.At(session.OwnDatabase, cancellation).ConfigureAwait(false);
        foreach (var places in Enumerable.Range(0, names.Count).Chunk(PerRequest))
        {
            var commands = new CommandBatch();
            foreach (var place in places)
                commands.Begin(2).Arg("EXISTS"u8).Arg(session.Scope.NameAt(names, place));
            var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
            connection.ThrowIfError(replies);
            for (var i = 0; i < places.Length; i++)
                there[places[i]] = replies[i].Number != 0;
        }
        return there;
    }
}
