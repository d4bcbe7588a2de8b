using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>What can be known of a queue after its broker crashed. Letters stand for messages.</summary>
public sealed class AligningAfterACrash
{
    [Theory]
    [InlineData("abcd", "cdefg", 2)]
    [InlineData("abcd", "bcd", 3)]
    [InlineData("abcd", "bcx", 2)]
    [InlineData("abcd", "abcd", 4)]
    [InlineData("atbtct", "btctx", 3)]
    [InlineData("tatbt", "tatbtt", 4)]
    public void Messages_that_were_taken_are_known_again(string taken, string here, int sure) =>
        Assert.Equal(sure, Sure(taken, here));

    [Theory]
    [InlineData("", "ab")]
    [InlineData("abcd", "xab")]
    [InlineData("abcd", "dx")]
    [InlineData("abcd", "ac")]
    [InlineData("abcd", "ba")]
    [InlineData("aaaa", "aaaa")]
    [InlineData("abab", "abab")]
    [InlineData("abcd", "txy")]
    public void What_may_be_a_new_message_is_never_taken_for_an_old_one(string taken, string here) =>
        Assert.Equal(0, Sure(taken, here));

    [Theory]
    [InlineData("abcd", "abcd", "abcd", 0)]
    [InlineData("abcd", "abcd", "cx", 2)]
    [InlineData("abcd", "bcx", "a", 2)]
    [InlineData("abcd", "dxy", "xy", 1)]
    [InlineData("abcd", "dyz", "xyz", 0)]
    [InlineData("abcd", "cxy", "xy", 0)]
    [InlineData("abad", "dad", "ad", 0)]
    [InlineData("aabb", "bxy", "xy", 0)]
    public void What_may_not_have_arrived_is_never_taken_away(string taken, string here, string pending, int sure) =>
        Assert.Equal(sure, Sure(taken, here, pending));

    [Theory]
    [InlineData("xy", "abc", "", 2L, "")]
    [InlineData("xyab", "abc", "", 2L, "01")]
    [InlineData("xyab", "abc", "", null, "01")]
    [InlineData("xyac", "abc", "a", null, "02")]
    [InlineData("aa", "aa", "", 1L, "0")]
    [InlineData("aaa", "aa", "", 1L, "01")]
    [InlineData("", "ab", "", 0L, "")]
    [InlineData("ab", "ab", "ab", 0L, "01")]
    public void What_was_kept_of_a_batch_is_found_at_the_end_of_the_queue(
        string queue, string batch, string sure, long? before, string found) =>
        Assert.Equal(found, Kept(queue, batch, sure, before));

    [Theory]
    [InlineData("aa", "aa", "", null, "")]
    [InlineData("axa", "ab", "", null, "")]
    [InlineData("aab", "ab", "", null, "")]
    [InlineData("ab", "aa", "", 7L, "")]
    [InlineData("xyz", "ab", "a", 2L, null)]
    public void What_is_not_certain_is_published_again(
        string queue, string batch, string sure, long? before, string? found) =>
        Assert.Equal(found, Kept(queue, batch, sure, before));

    private static int Sure(string taken, string here, string pending = "")
    {
        var alignment = new TakenAlignment(
            [.. taken.Select(one => (UInt128)one)], [.. pending.Select(one => (UInt128)one)]);
        foreach (var one in here)
            alignment.Add(one);
        return alignment.Sure;
    }

    private static string? Kept(string queue, string batch, string sure, long? before)
    {
        var alignment = new TailAlignment(
            [.. batch.Select((one, at) => new PublishedMessage(at, one, sure.Contains(one)))]);
        foreach (var one in queue)
            alignment.Add(one);
        return alignment.Find(before) is { } found ? string.Concat(found) : null;
    }
}
