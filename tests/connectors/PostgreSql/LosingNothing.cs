using Godwit.Connectors.PostgreSql;
using Godwit.Core.Problems;
using Godwit.Tests.Conformance;
using Npgsql;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What other movers of PostgreSQL are known to have lost, for one tenant of many.</summary>
public sealed class LosingNothing : StorePromises<PostgreSqlConformance.Tenant>
{
    [Fact]
    public async Task Transactions_that_begin_in_one_order_and_commit_in_another()
    {
        await Fill(Place.Source, 5);
        await Copy();
        var first = await Harness.Begin(Place.Source, Wish.Record(1, "began first"));
        var second = await Harness.Begin(Place.Source, Wish.Record(2, "began second"), Wish.Record(9, "new"));
        await Write(Place.Source, Wish.Record(3, "began third"));
        Assert.True(await second.Commit());
        await Follow();
        await Write(Place.Source, Wish.Record(2, "again"), Wish.Gone(9));
        await Follow();
        Assert.True(await first.Commit());
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_transaction_in_progress_when_the_reader_ends()
    {
        await Fill(Place.Source, 5);
        await Copy();
        var open = await Harness.Begin(Place.Source, Wish.Record(1, "in progress"), Wish.Gone(2));
        await Write(Place.Source, Wish.Record(3, "before the end"));
        await Follow();
        await Source.Changes.Acknowledge(await Reached(), None);
        await Reopen(Place.Source);
        await Source.Changes.Prepare(Streams, None);
        await Follow();
        await Source.Changes.Acknowledge(await Reached(), None);
        Assert.True(await open.Commit());
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Nothing_but_what_is_durable_is_told_to_the_server()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Follow();
        var durable = await Reached();
        await Source.Changes.Acknowledge(durable, None);
        await Write(Place.Source, Wish.Record(1, "read and not applied"));
        Assert.True((await Tell(durable)).IsTouched(0, Harness.KeyOf(0, 1)));
        var read = (await Harness.Ask(Place.Source, "SELECT clock_timestamp()"))[0];
        await Until.Holds("the reader has reported to the server", async () => (await Harness.Ask(
            Place.Source,
            $"""
            SELECT 1 FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid
            WHERE database = current_database() AND reply_time > '{read}'
            """)).Count > 0);
        var confirmed = Assert.Single(await Harness.Ask(
            Place.Source,
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE database = current_database()"));
        Assert.True(LogPosition.Parse(confirmed!) <= LogPosition.Lsn(durable));
    }

    [Fact]
    public async Task A_part_of_a_transaction_that_is_read_while_others_write()
    {
        await Fill(Place.Source, 40);
        await Copy();
        await Follow();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await Harness.At(Place.Source, string.Concat(Enumerable.Range(0, 20).Select(
                    n => $"BEGIN; UPDATE orders SET size = {(20 * i) + n}; COMMIT;")));
            }
        });
        for (var at = await Reached(); !writing.IsCompleted;)
        {
            await using var batch = await Source.Changes.Next(at, TimeSpan.Zero, None);
            at = batch?.Reached ?? at;
            Assert.True(batch is null || batch.KeyCount is 0 or 40, $"{batch?.KeyCount} of 40 at {at}.");
        }
        await writing;
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Many_rows_at_one_place_of_the_log()
    {
        await Copy();
        await Harness.At(Place.Source, """
            BEGIN;
            INSERT INTO orders (id, tenant, what) SELECT n, 42, 'one of many' FROM generate_series(1, 3000) AS n;
            UPDATE orders SET what = what || '!' WHERE id % 3 = 0;
            DELETE FROM orders WHERE id % 7 = 0;
            COMMIT
            """);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task What_was_rolled_back_to_a_savepoint()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await Harness.At(Place.Source, """
            BEGIN;
            UPDATE orders SET what = 'kept' WHERE id = 1;
            SAVEPOINT here;
            DELETE FROM orders WHERE id = 2;
            INSERT INTO orders (id, tenant) VALUES (9, 42);
            ROLLBACK TO here;
            UPDATE orders SET what = 'kept too' WHERE id = 3;
            COMMIT
            """);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task Large_transactions_that_are_told_before_they_end()
    {
        await Fill(Place.Source, 5);
        await Copy();
        var postgres = (PostgreSqlHarness)Harness;
        await using var kept = await postgres.Connect(Place.Source);
        await using var undone = await postgres.Connect(Place.Source);
        await Run(kept, $"BEGIN; {Many(10_000, "kept")}; SAVEPOINT here; {Many(20_000, "undone")}");
        await Run(undone, $"BEGIN; {Many(30_000, "undone")}");
        await Run(kept, $"SAVEPOINT within; {Many(40_000, "undone")}; ROLLBACK TO here; {Many(50_000, "kept too")}");
        await Write(Place.Source, Wish.Record(3, "in between"));
        await Follow();
        await AwaitStreamed(2);
        await Run(undone, "ROLLBACK");
        await Run(kept, "COMMIT");
        await Follow();
        await AssertMoved();
        Assert.Equal(["2000"], await Harness.Ask(Place.Target, "SELECT count(*) FROM orders WHERE what ~ '^kept'"));
        Assert.Empty(await Harness.Ask(Place.Target, "SELECT 1 FROM orders WHERE what = 'undone'"));

        Task<int> Run(NpgsqlConnection connection, string sql) =>
            new NpgsqlCommand(sql, connection).ExecuteNonQueryAsync(None);
        static string Many(int from, string what) => "INSERT INTO orders (id, tenant, what)"
            + $" SELECT n, 42, '{what}' FROM generate_series({from}, {from + 999}) n";
    }

    [Fact]
    public async Task A_transaction_that_was_told_in_part_when_the_reader_ended()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await using var open = await ((PostgreSqlHarness)Harness).Connect(Place.Source);
        await using var command = new NpgsqlCommand(
            "BEGIN; INSERT INTO orders (id, tenant, what) SELECT n, 42, 'large' FROM generate_series(100, 1999) n",
            open);
        await command.ExecuteNonQueryAsync(None);
        await Follow();
        await AwaitStreamed(1);
        await Reopen(Place.Source);
        await Source.Changes.Prepare(Streams, None);
        await Write(Place.Source, Wish.Record(1, "afterwards"));
        await Follow();
        command.CommandText = "UPDATE orders SET what = 'larger' WHERE id % 2 = 0; COMMIT";
        await command.ExecuteNonQueryAsync(None);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_commit_that_did_not_wait_for_the_disk_before_the_fence()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Source.Fence.Prepare(Streams, None);
        await Follow();
        await Harness.At(Place.Source, "SET synchronous_commit = off; UPDATE orders SET what = 'hasty' WHERE id = 1");
        await Source.Fence.Raise(None);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_large_value_that_is_not_told_again()
    {
        await Harness.At(Place.Source, "ALTER TABLE orders ALTER what SET STORAGE EXTERNAL");
        await Write(Place.Source, Wish.Record(1, new string('x', 50_000)));
        await Copy();
        await Harness.At(Place.Source, "UPDATE orders SET size = 17 WHERE id = 1");
        await Follow();
        await AssertMoved();
        await Harness.At(Place.Source, "UPDATE orders SET id = 2 WHERE id = 1");
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_child_that_goes_right_after_its_parent_was_given_away()
    {
        await Fill(Place.Source, 3);
        await Write(Place.Source, Wish.Child(1, "one"), Wish.Child(2, "two"), Wish.Child(3, "three"));
        await Copy();
        await Follow();
        Assert.Null(await Harness.Give(Place.Source, 1, Owner.Neighbour));
        await Write(Place.Source, Wish.Gone(1, stream: 1));
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Neighbour));
        await Follow();
        await Write(Place.Source, Wish.Gone(2, stream: 1), Wish.Gone(3, stream: 1), Wish.Gone(3));
        await Follow();
        await AssertEverythingMoved();
    }

    [Fact]
    public async Task Children_that_came_and_went_during_the_copy()
    {
        await Fill(Place.Source, 3);
        await Prepare();
        await Write(Place.Source, Wish.Child(1, "for a moment"), Wish.Child(2, "stays"));
        await CopyAll();
        await Write(Place.Source, Wish.Gone(1, stream: 1));
        await FinishCopy();
        await Follow();
        await AssertEverythingMoved();
    }

    [Fact]
    public async Task A_parent_that_was_ours_for_a_moment_during_the_copy()
    {
        await Write(Place.Source, Wish.Record(1, "mine"), Wish.Record(2, "theirs", Owner.Neighbour));
        await Write(Place.Source, Wish.Child(1, "mine"), Wish.Child(2, "theirs"));
        await Prepare();
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Mine));
        await CopyAll();
        Assert.Null(await Harness.Give(Place.Source, 2, Owner.Neighbour));
        await FinishCopy();
        await Follow();
        await AssertEverythingMoved();
    }

    [Fact]
    public async Task What_changed_hands_and_went_while_nobody_ran()
    {
        await Fill(Place.Source, 4);
        await Write(Place.Source, Wish.Child(1, "one"), Wish.Child(2, "two"), Wish.Child(3, "three"));
        await Write(Place.Source, Wish.Record(9, "theirs", Owner.Neighbour), Wish.Child(9, "theirs"));
        await Copy();
        await Follow();
        await Source.Changes.Acknowledge(await Reached(), None);
        await Reopen(Place.Source, async () =>
        {
            Assert.Null(await Harness.Give(Place.Source, 1, Owner.Neighbour));
            Assert.Null(await Harness.Give(Place.Source, 9, Owner.Mine));
            await Write(Place.Source, Wish.Gone(2, stream: 1), Wish.Gone(2));
        });
        await Source.Changes.Prepare(Streams, None);
        await Write(Place.Source, Wish.Gone(1, stream: 1), Wish.Gone(3, stream: 1), Wish.Record(5, "new"));
        await Follow();
        await AssertEverythingMoved();
    }

    [Fact]
    public async Task A_truncated_table_stops_a_tenants_move()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Follow();
        await Harness.At(Place.Source, "TRUNCATE orders, lines");
        var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.Equal("GW-PGS-018", failure.Problem.Code);
        Assert.Equal(3, (await Harness.Contents(Place.Target, Owner.Mine)).Count);
    }

    [Fact]
    public async Task A_slot_that_was_dropped_behind_our_back()
    {
        await Fill(Place.Source, 3);
        await Copy();
        await Follow();
        await Harness.At(Place.Source, """
            SELECT pg_terminate_backend(active_pid, 60000) FROM pg_replication_slots
              WHERE database = current_database() AND active_pid IS NOT NULL;
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()
            """);
        await Write(Place.Source, Wish.Record(1, "never told"));
        var failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        for (var tries = 0; failure.Problem.Recovery == Recovery.Retry && tries < 10; tries++)
            failure = await Assert.ThrowsAsync<GodwitException>(Follow);
        Assert.Equal("GW-PGS-016", failure.Problem.Code);
    }

    private async Task CopyAll()
    {
        foreach (var stream in Streams)
        {
            foreach (var chunk in await Split(stream))
                await CopyChunk(chunk);
        }
    }

    /// <summary>Also that no child without a parent is left over, which no content in scope would show.</summary>
    private async Task AssertEverythingMoved()
    {
        await AssertMoved();
        Assert.Empty(await Harness.Ask(
            Place.Target,
            """
            SELECT l.line::text FROM lines AS l WHERE NOT EXISTS(SELECT 1 FROM orders AS o WHERE o.id = l."order")
            """));
    }

    private Task AwaitStreamed(int transactions)
    {
        var folder = Path.Combine(
            ((PostgreSqlHarness)Harness).FolderOf(Place.Source, StoreHarness.Mark), "streamed");
        return Until.Holds(
            $"{transactions} transactions are kept that have not ended",
            () => Task.FromResult(Directory.Exists(folder) && Directory.GetFiles(folder).Length == transactions));
    }
}
