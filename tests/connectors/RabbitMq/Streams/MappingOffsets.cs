using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

public sealed class MappingOffsets : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Offsets_in_a_row_at_both_sides_are_one_span()
    {
        var map = OffsetMap.None.Add([new(100, 0, 1), new(101, 1, 3), new(104, 4, 1)]).Add([new(105, 6, 1)])
            .Add([new(106, 7, 1), new(108, 8, 1)]);
        Assert.Equal([new(100, 0, 5), new(105, 6, 2), new(108, 8, 1)], map.Spans);
        Assert.Equal(
            [0UL, 1, 2, 3, 4, 6, 7, 8], Enumerable.Range(0, 12).Select(one => (ulong)one).Where(map.Covers));
        Assert.Equal(6UL, map.Next(5)!.Value.Here);
        Assert.Null(map.Next(9));
    }

    [Theory]
    [InlineData("ABC", "ABC", "012")]
    [InlineData("ABC", "BC", ".01")]
    [InlineData("ABC", "xBxC", ".13")]
    [InlineData("AAA", "AA", ".01")]
    [InlineData("ABC", "", "...")]
    public void What_retention_left_of_a_batch_is_its_end(string published, string read, string places) =>
        Assert.Equal(
            places,
            string.Concat(StreamSearch.FromTheEnd(
                [.. published.Select((one, at) => Unit(one, at))],
                [.. read.Select((one, at) => UnitMark.Of(Unit(one, at)))])
                .Select(one => one is { } place ? $"{place}" : ".")));

    [Fact]
    public void Blocks_are_cut_at_the_same_messages_whatever_the_batches_were()
    {
        var units = Enumerable.Range(0, (2 * StreamBlocks.Size) + 5)
            .Select(one => new UnitMark((ulong)one, 1, (UInt128)(one + 7))).ToList();
        var inOne = StreamBlocks.None.Add(units);
        var inSome = units.Chunk(1000).Aggregate(StreamBlocks.None, (all, some) => all.Add(some));
        Assert.Equal([StreamBlocks.Size, StreamBlocks.Size, 5], inOne.All.Select(one => one.Tally.Count));
        Assert.Equal(inOne.All.Select(Text), inSome.All.Select(Text));
    }

    [Fact]
    public void What_was_handed_out_is_pending_until_it_was_taken_also_for_the_next_process()
    {
        PendingSpan[] spans = [new("s", 5, [new(3, 1, 33), new(4, 1, 44)])];
        Sent().Begin(7, spans);
        Assert.Empty(Sent().Pending(6));
        Assert.Equal(spans[0].Units, Assert.Single(Sent().Pending(7)).Units);
        Assert.Null(Sent().Next("s"));

        var ledger = Sent();
        ledger.Fold(6);
        Assert.Null(ledger.Next("s"));
        ledger.Fold(7);
        Assert.Equal(5UL, ledger.Next("s"));
        Assert.Equal(2, Assert.Single(ledger.Blocks("s").All).Tally.Count);
        ledger.Begin(8, [new PendingSpan("t", 1, [new(0, 1, 1)])]);
        Assert.Equal(5UL, Sent().Next("s"));
    }

    [Fact]
    public void While_a_batch_is_begun_and_not_found_its_place_is_in_doubt_also_for_the_next_process()
    {
        Received().NoteMade(["s"]);
        Received().Begin(3, State(new ReceivedStream("r", 9, OffsetMap.None, StreamBlocks.None)));
        Assert.True(Received().IsInDoubt);
        Assert.True(Received().IsBegun(3));
        Assert.Equal(("r", 9UL), (Received()["s"].Reference, Received()["s"].Searched));

        Received().Confirm(3, State(new ReceivedStream(
            "r", 12, OffsetMap.None.Add([new(100, 9, 3)]), StreamBlocks.None.Add([new(9, 3, 1)]))));
        Assert.False(Received().IsInDoubt);
        Assert.True(Received().IsConfirmed(3));
        Assert.Equal(["s"], Received().Made);
        Assert.Equal(new OffsetSpan(100, 9, 3), Assert.Single(Received()["s"].Map.Spans));
        Assert.Contains("\ns\t100\t102\t9\t11\n", File.ReadAllText(_folder["offsets.tsv"]), StringComparison.Ordinal);
    }

    private static Dictionary<string, ReceivedStream> State(ReceivedStream state) => new() { ["s"] = state };

    private static string Text(StreamBlock block) =>
        $"{block.First} {block.End} {block.Tally.Count} {Convert.ToHexString(block.Tally.Chain)}";

    private static StreamUnit Unit(char letter, int at) => new((ulong)at, 1, 0, 0, new[] { (byte)letter });

    private SentStreams Sent() => new(new LedgerFile(_folder.Path, "streams-sent"));

    private ReceivedStreams Received() =>
        new(new LedgerFile(_folder.Path, "streams-received"), new OffsetsFile(_folder.Path));
}
