using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.CoreWords;

public sealed class OwningBatches
{
    private static readonly ScopedStream Stream = ScopedStream.Everything(0, new StreamSchema
    {
        Name = "orders",
        Columns = [new("id", "integer", false)],
        KeyColumns = [0],
    });

    [Fact]
    public async Task Disposing_a_batch_releases_its_read_once_and_gives_back_its_keys()
    {
        var (keys, released) = (new RecordBatch(1), 0);
        keys.AppendInteger(1);
        keys.EndRecord();
        var batch = new ChangeBatch(
            new Position(1, 5),
            [new TouchedKeys(Stream, keys, [false])],
            _ => throw new InvalidOperationException(),
            () =>
            {
                released++;
                return ValueTask.CompletedTask;
            });
        Assert.Equal(1, batch.KeyCount);
        await batch.DisposeAsync();
        await batch.DisposeAsync();
        Assert.Equal((1, 0), (released, keys.Count));
    }

    [Fact]
    public async Task An_empty_batch_only_has_a_position()
    {
        await using var batch = ChangeBatch.Empty(new Position(1, 5));
        Assert.Equal((new Position(1, 5), 0), (batch.Reached, batch.KeyCount));
        await foreach (var records in batch.Current(CancellationToken.None))
            Assert.Fail($"{records} came out of nothing.");
    }

    [Fact]
    public void A_scope_says_in_words_what_it_holds()
    {
        using var tenant = new RecordBatch(1);
        tenant.AppendText("acme"u8);
        tenant.EndRecord();
        var orders = ScopedStream.ByColumn(0, Stream.Schema, 0, Key.Of(tenant, 0));
        var lines = ScopedStream.ByParent(
            1, Stream.Schema with { Name = "lines" }, orders, new ForeignKey(["order_id"], "orders", ["id"]));
        Assert.Equal("orders", Stream.ToString());
        Assert.Equal("orders where id = 'acme'", orders.ToString());
        Assert.Equal("lines by order_id of orders", lines.ToString());
    }
}
