using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Sends transactions one behind the other, several on the way at once, and looks at every reply.</summary>
/// <remarks>Before each of them the checkpoint is watched: when somebody else has changed it in between, the server
/// carries out nothing, and the run stops. Bounded by <see cref="MostUnderWay"/>. For one task.</remarks>
/// <param name="connection">For this alone.</param>
/// <param name="checkpoint">What is watched.</param>
/// <param name="shown">The destination, for people.</param>
/// <param name="isCluster">Whether it is of a cluster, where a transaction has keys of one slot: see
/// <see cref="SlotScript"/>.</param>
internal sealed class TransactionWriter(
    RedisConnection connection, byte[] checkpoint, string shown, bool isCluster = false)
{
    private const int MostUnderWay = 8;
    private const int EnoughToSend = 256 << 10;

    private readonly Queue<(Task<RespValue[]> Replies, List<Sent> Transactions)> _underWay = new();
    private readonly CommandBatch _commands = new(64 << 10);
    private readonly CommandBatch? _plain = isCluster ? new CommandBatch(64 << 10) : null;
    private List<Sent> _transactions = [];
    private int _begun;

    /// <summary>Replies that said that one command of a transaction had no effect: what it was meant for is not what
    /// it was at the origin.</summary>
    internal long Refusals { get; private set; }

    /// <summary>Called with the first word of each refusal, and which command of which transaction it was; null: they
    /// are only counted.</summary>
    internal Action<int, int, RespValue>? OnRefusal { get; init; }

    /// <summary>Bytes that wait to be sent.</summary>
    internal int Waiting => _commands.Length + (_plain?.Length ?? 0);

    /// <summary>Begins to watch; before the first transaction of a connection.</summary>
    internal void Watch()
    {
        _commands.Begin(2).Arg("WATCH"u8).Arg(checkpoint);
        _transactions.Add(new Sent(0, 1, 0));
    }

    /// <summary>The transaction that was begun.</summary>
    internal CommandBatch Begun => _plain ?? _commands;

    /// <summary>Begins a transaction; its commands are added to what is returned.</summary>
    internal CommandBatch Begin()
    {
        _begun = _commands.Count;
        _commands.Add("MULTI");
        return Begun;
    }

    /// <summary>Ends a transaction and sends it when it is worth it.</summary>
    /// <param name="number">What <see cref="OnRefusal"/> is told.</param>
    internal async ValueTask End(int number, CancellationToken cancellation)
    {
        if (_plain is not null)
        {
            SlotScript.AddWrites(_commands, _plain.Memory.Span, checkpoint);
            _plain.Clear();
        }
        _commands.Add("EXEC");
        _transactions.Add(new Sent(number, _commands.Count - _begun, 1));
        Watch();
        if (_commands.Length >= EnoughToSend)
            await Send(cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends what waits, and returns when all has been answered.</summary>
    internal async Task Finish(CancellationToken cancellation)
    {
        await Send(cancellation).ConfigureAwait(false);
        while (_underWay.Count > 0)
            await TakeOldest(cancellation).ConfigureAwait(false);
    }

    private async Task Send(CancellationToken cancellation)
    {
        if (_commands.Count == 0)
            return;
        while (_underWay.Count >= MostUnderWay)
            await TakeOldest(cancellation).ConfigureAwait(false);
        var replies = await connection.Post(_commands, cancellation).ConfigureAwait(false);
        _underWay.Enqueue((replies, _transactions));
        _transactions = [];
        _commands.Clear();
    }

    private async Task TakeOldest(CancellationToken cancellation)
    {
        var (replies, transactions) = _underWay.Dequeue();
        var all = await connection.Await(replies, cancellation).ConfigureAwait(false);
        var at = 0;
        foreach (var sent in transactions)
        {
            Judge(all.AsSpan(at, sent.Replies), sent);
            at += sent.Replies;
        }
    }

    private void Judge(ReadOnlySpan<RespValue> replies, Sent sent)
    {
        // An error before EXEC means that nothing was carried out.
        connection.ThrowIfError(replies[..^sent.Execs]);
        if (sent.Execs == 0)
            return;
        var executed = replies[^1];
        if (executed.IsNull)
            throw new GodwitException(RedisProblems.AnotherRunner(shown));
        connection.ThrowIfError(replies[^1..]);
        for (var i = 0; i < executed.Items.Length; i++)
        {
            if (!executed.Items[i].IsError)
                continue;
            if (isCluster && SlotScript.SaysElsewhere(executed.Items[i]))
                throw new GodwitException(RedisProblems.Torn(shown, $"Command {i}"));
            Refusals++;
            OnRefusal?.Invoke(sent.Number, i, executed.Items[i]);
        }
    }

    private readonly record struct Sent(int Number, int Replies, int Execs);
}
