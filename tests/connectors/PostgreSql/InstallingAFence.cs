using Godwit.Core.Problems;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>A fence is installed among writers who must not notice.</summary>
public sealed class InstallingAFence : StorePromises<PostgreSqlConformance.Tenant>
{
    [Fact]
    public async Task Behind_a_transaction_that_stays_open_it_gives_way_to_the_writers_and_tries_again()
    {
        await Fill(Place.Source, 3);
        var open = await Harness.Begin(Place.Source, Wish.Record(1, "open for long"));
        var installing = Source.Fence.Prepare(Streams, None);
        await Until.Holds("the installer waits for the table", async () => (await Harness.Ask(
            Place.Source,
            "SELECT 1 FROM pg_locks WHERE relation = 'orders'::regclass AND NOT granted")).Count > 0);

        // Stands behind the installer in the table's queue.
        await Harness.At(Place.Source, "SET lock_timeout = '30s'; UPDATE orders SET what = 'through' WHERE id = 2");
        var failure = await Assert.ThrowsAsync<GodwitException>(() => installing);
        Assert.Equal(Recovery.Retry, failure.Problem.Recovery);

        Assert.True(await open.Commit());
        await Source.Fence.Prepare(Streams, None);
        await Source.Fence.Raise(None);
        Assert.NotNull(await Harness.Write(Place.Source, Wish.Record(3, "refused")));
    }
}
