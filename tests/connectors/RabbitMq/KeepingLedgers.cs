using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What outlives the process, read anew as the next process does it.</summary>
public sealed class KeepingLedgers : IDisposable
{
    private static readonly QueuedHash[] Batch = [new("q", 1), new("r", 2), new("q", 1)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_batch_that_was_made_is_pending_until_it_was_taken_away()
    {
        Sent().Begin(Batch);
        var next = Sent();
        next.Read();
        Assert.Equal(1UL, next.Number);
        Assert.Equal(Batch, next.Pending!);
        Assert.Equal(0, next.Tallies["q"].Count);

        next.Fold();
        Assert.Equal((2L, 1L), (next.Tallies["q"].Count, next.Tallies["r"].Count));
        next.Begin([new QueuedHash("q", 3)]);

        var last = Sent();
        Assert.Equal(2L, last.Tallies["q"].Count);
        Assert.Equal(2UL, last.Number);
        Assert.Throws<InvalidOperationException>(() => last.Begin(Batch));
    }

    [Fact]
    public void Batches_come_before_the_mark_that_was_set_and_marks_are_never_set_twice()
    {
        var ledger = Sent();
        var first = ledger.Mark();
        Assert.InRange(ledger.Tell(0), 1UL, first - 1);
        Assert.True(Sent().Mark() > first);
        ledger.Pass(first);
        Assert.Equal(first + 1, ledger.Tell(0));
    }

    [Fact]
    public void A_batch_that_was_begun_is_not_here_before_it_is_confirmed()
    {
        var ledger = Received();
        ledger.StartAt(new Position(1, 5));
        ledger.CopyDone(3);
        ledger.Begin(1);
        ledger.Land([("q", 0), ("r", 4)]);

        var next = Received();
        next.Read();
        Assert.Equal((0UL, 1UL, false), (next.Confirmed, next.Begun, next.IsTracked));
        Assert.Equal(0, Assert.Single(next.Landed("q")));
        Assert.Equal(4, Assert.Single(next.Landed("r")));
        Assert.Equal(3, Assert.Single(next.Done));
        next.Track();
        next.Confirm(Batch, 9, new Position(1, 6));

        var last = Received();
        last.Read();
        Assert.Equal((1UL, (UInt128)9, new Position(1, 6)), (last.Confirmed, last.ConfirmedHash, last.Position));
        Assert.Equal(2L, last.Tallies["q"].Count);
        Assert.Empty(last.Landed("q"));
    }

    [Fact]
    public async Task Who_asks_for_the_tallies_while_it_is_written_takes_nothing_back()
    {
        var (ledger, isOver) = (Received(), false);
        var asking = Task.Run(() =>
        {
            while (!Volatile.Read(ref isOver))
                Assert.InRange(ledger.Tallies["r"].Count, 0, 100);
        });
        for (var number = 1UL; number <= 100; number++)
        {
            ledger.Begin(number);
            ledger.Confirm(Batch, 9, null);
            Assert.Equal(number, ledger.Confirmed);
        }
        Volatile.Write(ref isOver, true);
        await asking;
        Assert.Equal(100, ledger.Tallies["r"].Count);
    }

    [Fact]
    public void Both_sides_chain_the_same_messages_to_the_same_tally_and_others_to_another()
    {
        var (sent, received) = (Tallies.None.Add(Batch), Tallies.None.Add(Batch));
        Assert.Equal(sent["q"].Chain, received["q"].Chain);
        QueuedHash[] turned = [new("r", 2), new("q", 3), new("q", 1)];
        Assert.NotEqual(Tallies.None.Add(turned)["q"].Chain, Tallies.None.Add(turned.Reverse())["q"].Chain);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public void A_ledger_that_was_harmed_is_not_believed(int at)
    {
        Sent().Begin(Batch);
        var bytes = File.ReadAllBytes(_folder["sent"]);
        bytes[at] ^= 1;
        File.WriteAllBytes(_folder["sent"], bytes);
        Assert.Equal("GW-RMQ-009", Assert.Throws<GodwitException>(() => Sent().Tallies).Problem.Code);
    }

    [Fact]
    public void What_could_not_be_written_is_not_so()
    {
        var ledger = Sent();
        ledger.Begin(Batch);
        ledger.Fold();
        Directory.CreateDirectory(_folder["sent.new"]);
        var failure = Assert.Throws<GodwitException>(() => ledger.Begin(Batch));
        Assert.Equal("GW-RMQ-022", failure.Problem.Code);
        Directory.Delete(_folder["sent.new"]);
        ledger.Read();
        Assert.Equal(1UL, ledger.Number);
        Assert.Equal(Batch, ledger.Pending!);
    }

    private SentLedger Sent() => new(new LedgerFile(_folder.Path, "sent"));

    private ReceivedLedger Received() => new(new LedgerFile(_folder.Path, "received"));
}
