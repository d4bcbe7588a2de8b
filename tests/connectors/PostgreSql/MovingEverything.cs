using Godwit.Core.Records;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What only a move of a whole database meets.</summary>
public sealed class MovingEverything : StorePromises<PostgreSqlConformance.Whole>
{
    [Fact]
    public async Task A_truncated_table_is_emptied_and_may_be_filled_again_in_one_transaction()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await Harness.At(Place.Source, "TRUNCATE orders, lines");
        await Follow();
        await AssertMoved();
        await Fill(Place.Source, 3);
        await Follow();
        await Harness.At(Place.Source, """
            BEGIN;
            UPDATE orders SET what = 'gone soon';
            TRUNCATE orders, lines;
            INSERT INTO orders (id, tenant, what) VALUES (2, 1, 'after it'), (77, 1, 'after it');
            COMMIT
            """);
        await Follow();
        await AssertMoved();
    }

    [Fact]
    public async Task A_large_transaction_is_told_in_parts_and_its_reader_may_die_between_them()
    {
        await Fill(Place.Source, 5);
        await Copy();
        await Follow();
        await Harness.At(Place.Source, """
            BEGIN;
            INSERT INTO orders (id, tenant, what) SELECT n, 1, 'one of ' || n FROM generate_series(100, 300099) AS n;
            DELETE FROM orders WHERE id IN (1, 200000, 300099);
            COMMIT
            """);
        var start = await Reached();
        for (var part = 1; part <= 2; part++)
        {
            await using var batch = await Source.Changes.Next(await Reached(), Deadline, None);
            Assert.InRange(batch!.KeyCount, 1, 100_000);
            Assert.True(batch.Reached > start);
            await Target.Target.Apply(batch, ApplyReason.Following, None);
            await Source.Changes.Acknowledge(batch.Reached, None);
            start = batch.Reached;
        }
        await Reopen(Place.Source);
        await Reopen(Place.Target);
        await Source.Changes.Prepare(Streams, None);
        await Follow();
        Assert.Equal(
            await Source.Digest.Digest(Main, KeyRange.All, None), await Target.Digest.Digest(Main, KeyRange.All, None));
        const string Sum = "SELECT count(*) || md5(string_agg(o::text, '' ORDER BY id)) FROM orders AS o";
        Assert.Equal(await Harness.Ask(Place.Source, Sum), await Harness.Ask(Place.Target, Sum));
    }

    [Fact]
    public async Task Tables_are_told_apart_by_what_the_log_tells_of_their_rows()
    {
        await Harness.At(Place.Source, """
            CREATE TABLE no_key (a int);
            CREATE TABLE nothing (a int PRIMARY KEY); ALTER TABLE nothing REPLICA IDENTITY NOTHING;
            CREATE TABLE by_index (a int PRIMARY KEY, b int NOT NULL UNIQUE, c text);
            ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_b_key;
            CREATE TABLE whole (a int, b text); ALTER TABLE whole REPLICA IDENTITY FULL;
            CREATE TABLE keyed (a int, b text PRIMARY KEY); ALTER TABLE keyed REPLICA IDENTITY FULL
            """);
        var catalog = await Source.Catalog.Read(None);
        var keys = catalog.Streams.ToDictionary(
            one => one.Name, one => string.Join(",", one.KeyColumns.Select(at => one.Columns[at].Name)));
        Assert.Equal("b", keys["public.by_index"]);
        Assert.Equal("a,b", keys["public.whole"]);
        Assert.Equal("b", keys["public.keyed"]);
        Assert.Equal(["GW-PGS-015", "GW-PGS-015"], new[] { "public.no_key", "public.nothing" }
            .Select(name => catalog.Unsupported[name].Code));
    }
}
