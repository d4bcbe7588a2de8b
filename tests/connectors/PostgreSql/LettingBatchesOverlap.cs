using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;
using Npgsql;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>Batches that are under way at once, and what a batch finds missing.</summary>
public sealed class LettingBatchesOverlap : StorePromises<PostgreSqlConformance.Whole>
{
    [Fact]
    public async Task A_batch_is_written_beside_the_one_before_and_commits_after_it()
    {
        var (first, second) = await TwoBatches([Wish.Record(1, "first")], [Wish.Record(2, "second")]);
        await using (first)
        await using (second)
        {
            await using var held = await Hold(1);
            var applying = Apply(first);
            var ahead = Apply(second);
            await Until.Holds("the second batch holds its row", async () => !await IsFree(2));
            Assert.Equal(["text 2"], await Harness.Ask(Place.Target, "SELECT what FROM orders WHERE id = 2"));
            await Until.Holds("the second batch has let go, for the first may want that row", () => IsFree(2));
            Assert.False(applying.IsCompleted || ahead.IsCompleted);
            await Release(held);
            await Task.WhenAll(applying, ahead);
        }
        await AssertMoved();
    }

    [Fact]
    public async Task Nothing_is_applied_behind_a_batch_that_failed()
    {
        var start = await Prepared();
        var (first, second) = await TwoBatches([Wish.Record(1, "first")], [Wish.Record(2, "second")], start);
        await using (first)
        await using (second)
        {
            await using var held = await Hold(1);
            using var ended = new CancellationTokenSource();
            var applying = Target.Target.Apply(first, ApplyReason.Following, ended.Token);
            var ahead = Apply(second);
            await ended.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => applying);
            await IsOutOfTurn(ahead);
            await Release(held);
        }
        Assert.Equal(start, await Reached());
        Assert.Empty(await Harness.Ask(Place.Target, "SELECT 1 FROM orders WHERE what IN ('first', 'second')"));
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_batch_without_the_one_before_it_is_not_applied()
    {
        var (first, second) = await TwoBatches([Wish.Record(1, "first")], [Wish.Gone(2)]);
        await using (first)
        await using (second)
        {
            await IsOutOfTurn(Apply(second));
            Assert.Equal(["text 2"], await Harness.Ask(Place.Target, "SELECT what FROM orders WHERE id = 2"));
            await Apply(first);
            await Apply(second);
            await Apply(second);
        }
        await AssertMoved();
    }

    [Fact]
    public async Task A_unique_value_that_goes_from_one_batch_to_the_next_arrives()
    {
        await Prepared();
        await Harness.At(Place.Source, "UPDATE orders SET label = 'passed on' WHERE id = 1");
        await Follow();
        var start = await Reached();
        await Harness.At(Place.Source, "UPDATE orders SET label = NULL WHERE id = 1");
        var first = await Next(start);
        await Harness.At(Place.Source, "UPDATE orders SET label = 'passed on' WHERE id = 2");
        var second = await Next(first.Reached);
        await using (first)
        await using (second)
            await Task.WhenAll(Apply(first), Apply(second));
        await AssertMoved();
    }

    [Fact]
    public async Task A_record_in_both_batches_ends_as_the_later_one_tells()
    {
        var (first, second) = await TwoBatches(
            [Wish.Record(1, "first"), Wish.Gone(3)], [Wish.Record(1, "second"), Wish.Record(3, "again")]);
        await using (first)
        await using (second)
            await Task.WhenAll(Apply(first), Apply(second));
        await AssertMoved();
    }

    [Fact]
    public async Task A_change_that_finds_no_row_is_told_with_its_key_and_written_whole()
    {
        await Prepared();
        await Harness.At(Place.Target, "DELETE FROM orders WHERE id IN (2, 3, 4)");
        await Write(
            Place.Source, Wish.Record(1, "there"), Wish.Record(2, "missed"), Wish.Gone(3), Wish.Record(9, "new"));
        await using (var batch = await Next(await Reached()))
        {
            var missed = Assert.Single((await Apply(batch)).Missed!);
            Assert.Equal(("public.orders", 2), (missed.Stream, missed.Count));
            Assert.Equal(["(2)", "(3)"], missed.Sample.Order(StringComparer.Ordinal));
        }
        Assert.Equal(["missed"], await Harness.Ask(Place.Target, "SELECT what FROM orders WHERE id = 2"));
        await Write(Place.Source, Wish.Gone(4), Wish.Record(2, "there again"), Wish.Gone(9));
        await using (var batch = await Next(await Reached()))
            Assert.Equal(["(4)"], Assert.Single((await Apply(batch)).Missed!).Sample);
        await AssertMoved();
    }

    [Fact]
    public async Task What_was_read_past_the_log_is_not_called_missing()
    {
        var start = await Prepared();
        await Write(Place.Source, Wish.Record(1, "changed"), Wish.Record(2, "changed"));
        await using var batch = await Next(start);
        await Write(Place.Source, Wish.Gone(1));

        // As a repair does: what it reads is newer than the batch that waits.
        await using (var read = await Source.Snapshot.ReadKeys(Main, Harness.KeyOf(0, 1).ToBatch(), None))
            await Target.Target.Apply(read, ApplyReason.Repair, None);
        Assert.Null((await Apply(batch)).Missed);
        await Follow();
        await AssertMoved();
    }

    private async Task<Position> Prepared()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await Follow();
        await Write(Place.Source, Wish.Record(5, "after the copy"));
        await Follow();
        return await Reached();
    }

    private async Task<(ChangeBatch First, ChangeBatch Second)> TwoBatches(
        Wish[] first, Wish[] second, Position? start = null)
    {
        var from = start ?? await Prepared();
        await Write(Place.Source, first);
        var one = await Next(from);
        await Write(Place.Source, second);
        return (one, await Next(one.Reached));
    }

    private async Task<ChangeBatch> Next(Position after)
    {
        var batch = await Source.Changes.Next(after, Deadline, None);
        Assert.True(batch!.KeyCount > 0);
        return batch;
    }

    private Task<ApplyOutcome> Apply(ChangeBatch batch) =>
        Target.Target.Apply(batch, ApplyReason.Following, None);

    private static async Task IsOutOfTurn(Task applying) =>
        Assert.Equal("GW-PGS-083", (await Assert.ThrowsAsync<GodwitException>(() => applying)).Problem.Code);

    private async Task<NpgsqlConnection> Hold(int id)
    {
        var connection = await ((PostgreSqlHarness)Harness).Connect(Place.Target);
        await using var command = new NpgsqlCommand(
            $"BEGIN; SELECT FROM orders WHERE id = {id} FOR UPDATE", connection);
        await command.ExecuteNonQueryAsync(None);
        return connection;
    }

    private static async Task Release(NpgsqlConnection holder)
    {
        await using var command = new NpgsqlCommand("ROLLBACK", holder);
        await command.ExecuteNonQueryAsync(None);
    }

    private async Task<bool> IsFree(int id) => (await Harness.Ask(
        Place.Target, $"SELECT 1 FROM orders WHERE id = {id} FOR UPDATE SKIP LOCKED")).Count > 0;
}
