using Godwit.Core.Records;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Writes record batches into a table through text COPY.</summary>
internal sealed class CopyWriter : IAsyncDisposable
{
    private const int SendAt = 1 << 18;

    private readonly NpgsqlCopyTextWriter _writer;
    private readonly CopyText _text = new();
    private bool _isComplete;

    private CopyWriter(NpgsqlCopyTextWriter writer) => _writer = writer;

    internal long Records { get; private set; }

    internal long Bytes { get; private set; }

    /// <param name="into">A table and its columns.</param>
    internal static async Task<CopyWriter> Begin(
        NpgsqlConnection connection, string into, CancellationToken cancellation) => new(
        (NpgsqlCopyTextWriter)await connection
            .BeginTextImportAsync($"COPY {into} FROM STDIN", cancellation).ConfigureAwait(false));

    /// <summary>All batches, one after the other; each is disposed.</summary>
    internal static async Task<(long Records, long Bytes)> Write(
        NpgsqlConnection connection, string into, IAsyncEnumerable<RecordBatch> batches,
        CancellationToken cancellation)
    {
        var writer = await Begin(connection, into, cancellation).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        await foreach (var batch in batches.ConfigureAwait(false))
        {
            using (batch)
                await writer.Add(batch, batch.ColumnCount, cancellation).ConfigureAwait(false);
        }
        await writer.Complete(cancellation).ConfigureAwait(false);
        return (writer.Records, writer.Bytes);
    }

    internal async Task Add(RecordBatch batch, int columns, CancellationToken cancellation)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            _text.Append(batch, i, columns);
            if (_text.Written.Length >= SendAt)
                await Send(cancellation).ConfigureAwait(false);
        }
        Records += batch.Count;
    }

    internal async Task Complete(CancellationToken cancellation)
    {
        await Send(cancellation).ConfigureAwait(false);
        _isComplete = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the copy up, unless it was completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isComplete)
        {
            _isComplete = true;
            await GiveUp(_writer.CancelAsync, _writer).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a copy that did not come to its end.</summary>
    internal static async Task GiveUp(Func<Task> cancel, IAsyncDisposable copy)
    {
        try
        {
            await cancel().ConfigureAwait(false);
            await copy.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ObjectDisposedException or NpgsqlException or IOException)
        {
            // It has ended already: what ended it is on its way to the caller, and says more.
        }
    }

    private async Task Send(CancellationToken cancellation)
    {
        await _writer.BaseStream.WriteAsync(_text.Written, cancellation).ConfigureAwait(false);
        Bytes += _text.Written.Length;
        _text.Clear();
    }
}
