using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Writing;
using Godwit.Core.Schemas;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>Keys that are made of an index which was made before, beside others.</summary>
public sealed class MakingConstraints : StorePromises<PostgreSqlConformance.Whole>
{
    private const string Constraints =
        """
        SELECT r.relname, c.conname, c.contype, c.condeferrable, pg_get_constraintdef(c.oid),
          pg_get_indexdef(c.conindid)
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
        WHERE c.connamespace = 'public'::regnamespace ORDER BY 1, 2
        """;

    private const string More =
        """
        CREATE TABLE "Odd one" ("The id" bigint, a int, b int NOT NULL, CONSTRAINT "odd key" PRIMARY KEY ("The id", b),
          CONSTRAINT later UNIQUE (a) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT wide UNIQUE (b) INCLUDE (a),
          CONSTRAINT few UNIQUE (b, a) WITH (fillfactor = 70), EXCLUDE USING btree (a WITH =));
        ALTER TABLE "Odd one" REPLICA IDENTITY USING INDEX wide;
        CREATE TABLE parts (id int, what text, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
        CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
        INSERT INTO "Odd one" VALUES (1, 2, 3); INSERT INTO parts VALUES (1, 'a'), (11, 'b');
        """;

    [Fact]
    public async Task They_are_the_same_as_those_of_the_source()
    {
        await Fill(Place.Source, 3);
        await Harness.At(Place.Source, More);
        await CopyAllTables();
        Assert.Equal(await Harness.Ask(Place.Source, Constraints), await Harness.Ask(Place.Target, Constraints));
        const string Identity = "SELECT relreplident FROM pg_class WHERE relname = 'Odd one'";
        Assert.Equal("i", Assert.Single(await Harness.Ask(Place.Target, Identity)));
    }

    [Theory]
    [InlineData("CREATE UNIQUE INDEX orders_pkey ON orders (id)")]
    [InlineData("ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id)")]
    public async Task A_run_that_was_killed_among_them_goes_on(string done)
    {
        await Fill(Place.Source, 3);
        await Prepare();
        foreach (var stream in Streams)
        {
            foreach (var chunk in await Split(stream))
                await CopyChunk(chunk);
        }
        await Harness.At(Place.Target, done);
        await FinishCopy();
        await FinishCopy();
        Assert.Equal(await Harness.Ask(Place.Source, Constraints), await Harness.Ask(Place.Target, Constraints));
    }

    private async Task CopyAllTables()
    {
        var tables = (await Source.Catalog.Read(None)).Streams;
        var streams = tables.Select((one, at) => ScopedStream.Everything(at, one)).ToList();
        await Source.Changes.Prepare(streams, None);
        await Target.Target.Prepare(streams, await Source.Catalog.Model(streams, None), None);
        foreach (var stream in streams)
        {
            foreach (var chunk in await Split(stream))
            {
                await using var read = await Source.Snapshot.Read(stream, chunk.Range, None);
                await Target.Target.WriteChunk(stream, chunk, read, None);
            }
        }
        await Target.Target.FinishCopy(streams, await Source.Catalog.Model(streams, None), None);
    }

    [Theory]
    [InlineData("PRIMARY KEY (a, b)", "CREATE UNIQUE INDEX k ON public.t (a, b)", "PRIMARY KEY USING INDEX k;")]
    [InlineData("UNIQUE (a) INCLUDE (b)", "CREATE UNIQUE INDEX k ON public.t (a) INCLUDE (b)", "UNIQUE USING INDEX k;")]
    [InlineData("UNIQUE NULLS NOT DISTINCT (a)", "CREATE UNIQUE INDEX k ON public.t (a) NULLS NOT DISTINCT",
        "UNIQUE USING INDEX k;")]
    [InlineData("UNIQUE (a) DEFERRABLE", "CREATE UNIQUE INDEX k ON public.t (a)", "UNIQUE USING INDEX k DEFERRABLE;")]
    public void One_is_taken_apart_into_an_index_and_the_rest(string said, string index, string rest)
    {
        var constraint = UniqueConstraint.Of(
            new DumpItem("CONSTRAINT", $"--\n\nALTER TABLE ONLY public.t\n    ADD CONSTRAINT k {said};"));
        Assert.Equal(index, constraint!.Index);
        Assert.Equal($"ALTER TABLE ONLY public.t ADD CONSTRAINT k {rest}", constraint.Constraint);
    }

    [Theory]
    [InlineData("CHECK (a > 0)")]
    [InlineData("EXCLUDE USING gist (a WITH =)")]
    [InlineData("UNIQUE (a) WITH (fillfactor='70')")]
    [InlineData("PRIMARY KEY (\"(\")")]
    public void One_that_says_more_is_made_as_it_was_said(string said) => Assert.Null(
        UniqueConstraint.Of(new DumpItem("CONSTRAINT", $"ALTER TABLE ONLY public.t\n    ADD CONSTRAINT k {said};")));
}
