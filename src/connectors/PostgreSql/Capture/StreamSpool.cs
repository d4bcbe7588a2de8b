using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Keeps what the server tells of large transactions before they have ended, and tells each on when it has, as
/// if it came at a stroke.</summary>
/// <remarks>
/// PostgreSQL documentation, "Logical Streaming Replication Protocol", protocol version 2. The server then neither
/// writes such a transaction to its own disk nor begins to send it only when it ends. Invariant: what is told on is in
/// the order of commits, and only of transactions that have committed. What is kept here is void when the reading
/// begins anew: the server tells it again.
/// </remarks>
/// <param name="folder">For the files, of this reader alone; made when it is needed.</param>
/// <param name="shown">Where the log is, for people.</param>
internal sealed class StreamSpool(string folder, string shown) : IAsyncDisposable
{
    private const int NumberSize = sizeof(uint);

    private readonly Dictionary<uint, StreamedTransaction> _transactions = [];
    private readonly byte[] _begin = new byte[1 + sizeof(ulong) + sizeof(ulong) + NumberSize];
    private readonly byte[] _commit = new byte[1 + 1 + sizeof(ulong) + sizeof(ulong) + sizeof(ulong)];
    private StreamedTransaction? _current;

    /// <summary>Whether a message is part of a stream, or ends one.</summary>
    internal bool Takes(ReadOnlySpan<byte> message) =>
        _current is not null || message[0] is (byte)'S' or (byte)'c' or (byte)'A';

    /// <summary>Takes a message of a stream, and overwrites it.</summary>
    /// <returns>What is to be told now: nothing, or a transaction from its begin to its commit. A message is valid
    /// until the next is asked for.</returns>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> Take(
        Memory<byte> message, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var kind = message.Span[0];
        if (kind != (byte)'c')
        {
            try
            {
                await Keep(kind, message, cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new GodwitException(PostgreSqlProblems.NotSpooled(shown, failure.Message));
            }
            yield break;
        }
        var number = WriteEnds(message.Span);
        if (!_transactions.Remove(number, out var transaction))
            throw Broken($"a commit of the streamed transaction {number}, which never began");
        await using var _ = transaction.ConfigureAwait(false);
        yield return _begin;
        await foreach (var one in transaction.Read(cancellation).ConfigureAwait(false))
            yield return one;
        yield return _commit;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var transaction in _transactions.Values)
            await transaction.DisposeAsync().ConfigureAwait(false);
        _transactions.Clear();
    }

    private async ValueTask Keep(byte kind, Memory<byte> message, CancellationToken cancellation)
    {
        switch (kind)
        {
            case (byte)'S':
                _current = Of(Number(message.Span[1..]));
                break;
            case (byte)'E':
                _current = null;
                break;
            case (byte)'A':
                await Abort(Number(message.Span[1..]), Number(message.Span[(1 + NumberSize)..])).ConfigureAwait(false);
                break;
            case (byte)'O':
                // Says where the transaction was first, and not which one it is.
                break;
            default:
                await Add(kind, message, cancellation).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Within a stream the number of the subtransaction stands behind the message's kind: the kind takes the
    /// place of its last byte.</summary>
    private async ValueTask Add(byte kind, Memory<byte> message, CancellationToken cancellation)
    {
        var by = Number(message.Span[1..]);
        message.Span[NumberSize] = kind;
        await _current!.Add(by, message[NumberSize..], cancellation).ConfigureAwait(false);
    }

    private async ValueTask Abort(uint transaction, uint subtransaction)
    {
        if (!_transactions.TryGetValue(transaction, out var streamed))
            return;
        if (transaction != subtransaction)
        {
            streamed.RollBack(subtransaction);
            return;
        }
        _transactions.Remove(transaction);
        await streamed.DisposeAsync().ConfigureAwait(false);
    }

    private StreamedTransaction Of(uint number)
    {
        if (_transactions.TryGetValue(number, out var known))
            return known;
        Directory.CreateDirectory(folder);
        var begun = new StreamedTransaction(Path.Combine(folder, $"{number}.streamed"));
        _transactions.Add(number, begun);
        return begun;
    }

    /// <summary>Number, flags, place, end and time, as the other messages tell them.</summary>
    private uint WriteEnds(ReadOnlySpan<byte> message)
    {
        var number = message.Slice(1, NumberSize);
        var rest = message[(1 + NumberSize)..];
        var place = rest.Slice(1, sizeof(ulong));
        var time = rest.Slice(1 + (2 * sizeof(ulong)), sizeof(ulong));
        _begin[0] = (byte)'B';
        place.CopyTo(_begin.AsSpan(1));
        time.CopyTo(_begin.AsSpan(1 + sizeof(ulong)));
        number.CopyTo(_begin.AsSpan(1 + (2 * sizeof(ulong))));
        _commit[0] = (byte)'C';
        rest[..(_commit.Length - 1)].CopyTo(_commit.AsSpan(1));
        return Number(number);
    }

    private InvalidDataException Broken(string what) => new($"The log of {shown} tells {what}.");

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
