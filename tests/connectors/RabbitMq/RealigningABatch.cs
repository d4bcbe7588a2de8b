using Godwit.Connectors.RabbitMq.Moving;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Letters are messages: the same letter is the same message, a small one was delivered before.</summary>
public sealed class RealigningABatch
{
    private static readonly HashSet<string> None = [];

    [Theory]
    [InlineData("ABC", "abc", "012", "")]
    [InlineData("AAA", "aaa", "012", "")]
    [InlineData("AAA", "aaaA", "012", "A")]
    [InlineData("AAA", "aaaa", "012", "a")]
    [InlineData("ABC", "ac", "02", "")]
    [InlineData("ABC", "D", "", "D")]
    [InlineData("ABC", "abD", "01", "D")]
    [InlineData("ABC", "A", "", "A")]
    [InlineData("ABA", "ab", "01", "")]
    [InlineData("ABC", "", "", "")]
    [InlineData("AB", "bab", "1", "ab")]
    public void What_was_delivered_before_is_found_in_order(
        string pending, string delivered, string ordinals, string beyond)
    {
        var hashes = pending.Select(one => new QueuedHash("q", Hash(one)));
        var realignment = new Realignment(7, [.. hashes], mayBeTaken: false, None);
        Deliver(realignment, "q", delivered);
        var result = realignment.Result();
        Assert.Equal(ordinals, string.Concat(result.Batch.Messages.Select(one => one.Ordinal)));
        Assert.Equal(beyond.Length, realignment.Beyond.Count);
        Assert.Equal(pending.Length, result.Batch.Hashes.Count);
        Assert.Equal(7UL, result.Batch.Number);
    }

    [Theory]
    [InlineData("ABCabc", "abcABC", "012345", "")]
    [InlineData("ABCabc", "DaEbcFABC", "012345", "DEF")]
    [InlineData("AaBb", "aB", "12", "")]
    [InlineData("AaBb", "bAcD", "03", "cD")]
    [InlineData("AABa", "aAAB", "0123", "")]
    [InlineData("AB", "BA", "1", "A")]
    public void Small_letters_overtake_and_are_found_all_the_same(
        string pending, string delivered, string ordinals, string beyond)
    {
        var hashes = pending.Select(one => new QueuedHash("q", one));
        var realignment = new Realignment(1, [.. hashes], mayBeTaken: false, new HashSet<string> { "q" });
        var tag = 0UL;
        foreach (var letter in delivered)
        {
            var priority = (byte)(char.IsLower(letter) ? 9 : 1);
            realignment.Add(new Delivery(
                new Message("q", -1, "q", new BasicProperties { Priority = priority }, default), letter, ++tag,
                letter is not ('D' or 'E' or 'F')));
        }
        Assert.Equal(ordinals, string.Concat(realignment.Result().Batch.Messages.Select(one => one.Ordinal)));
        Assert.Equal(beyond, string.Concat(realignment.Beyond.Select(one => (char)one.Hash)));
        Assert.Equal(ordinals.Length == pending.Length, realignment.Open.Count == 0);
    }

    [Fact]
    public void Each_queue_is_searched_for_itself()
    {
        var realignment = new Realignment(
            1, [new QueuedHash("q", Hash('A')), new QueuedHash("r", Hash('A')), new QueuedHash("q", Hash('B'))],
            mayBeTaken: false, None);
        Assert.Equal(["q", "r"], realignment.Open.Order());
        Deliver(realignment, "q", "a");
        Deliver(realignment, "r", "B");
        Assert.Equal(["q"], realignment.Open);
        realignment.Close("q");
        Assert.Empty(realignment.Open);
        Assert.Single(realignment.Result().Batch.Messages);
        Assert.Single(realignment.Beyond);
    }

    [Fact]
    public void Identical_messages_come_once_more_where_the_batch_may_have_been_taken_away()
    {
        QueuedHash[] pending = [new("q", Hash('A')), new("q", Hash('B')), new("q", Hash('B')), new("r", Hash('B'))];
        var realignment = new Realignment(1, pending, mayBeTaken: true, None);
        Deliver(realignment, "q", "abb");
        Deliver(realignment, "r", "b");
        Assert.Equal(["q", "r"], realignment.Result().Batch.Messages.Select(one => one.Queue));
        Assert.Equal(2, realignment.Beyond.Count);
    }

    private static void Deliver(Realignment realignment, string queue, string letters)
    {
        var tag = 0UL;
        foreach (var letter in letters)
        {
            realignment.Add(new Delivery(
                new Message(queue, -1, queue, new BasicProperties(), default), Hash(char.ToUpperInvariant(letter)),
                ++tag, char.IsLower(letter)));
        }
    }

    private static UInt128 Hash(char letter) => letter;
}
