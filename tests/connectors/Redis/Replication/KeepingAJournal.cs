using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Replication;
using Godwit.Core.Problems;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.Redis.Replication;

public sealed class KeepingAJournal : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_was_appended_is_read_at_its_position_also_in_the_next_life()
    {
        using (var journal = Open())
        {
            Assert.Equal(100, journal.StartHistory("one", 100));
            journal.Append("hello "u8);
            journal.Append("world"u8);
            Assert.Equal((111, 0), (journal.End, journal.Read(111, new byte[4])));
        }
        using var again = Open();
        var bytes = new byte[20];
        Assert.Equal(5, again.Read(106, bytes));
        Assert.Equal("world"u8.ToArray(), bytes[..5]);
        Assert.Equal(("one", 100L), (again.State.History, again.State.Start));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_new_history_begins_behind_the_old_one_whatever_its_offsets_are(int told)
    {
        using var journal = Open();
        var first = journal.StartHistory("one", 0);
        journal.Append(new byte[told]);
        var start = journal.StartHistory("two", 0);
        Assert.True(start > first + told);
        Assert.Equal((start, start, false), (journal.State.Start, journal.State.Shift, journal.State.HasSnapshot));
        journal.Append("x"u8);
        Assert.Equal(1, journal.Read(start, new byte[4]));
    }

    [Fact]
    public void Whoever_reads_an_old_history_is_told_to_ask_again()
    {
        using var journal = Open();
        var first = journal.StartHistory("one", 0);
        journal.Append("x"u8);
        journal.StartHistory("two", 0);
        var failure = Assert.Throws<GodwitException>(() => journal.Read(first, new byte[4]));
        Assert.Equal(Recovery.Retry, failure.Problem.Recovery);
    }

    [Fact]
    public async Task Whoever_waits_hears_of_what_comes()
    {
        using var journal = Open();
        journal.StartHistory("one", 0);
        var grown = journal.Grown;
        Assert.False(grown.IsCompleted);
        journal.Append("x"u8);
        await grown;
    }

    [Fact]
    public void Keys_are_held_from_when_they_were_asked_for_until_they_were_read()
    {
        var held = HeldKeys.Open(_folder.Path);
        held.Hold([(3, "key"u8.ToArray())], 100, 150);
        held.Hold([(3, "later"u8.ToArray())], 300, 350);
        held = HeldKeys.Open(_folder.Path);
        Assert.Equal(
            (false, true, true, false),
            (held.Holds(3, "key"u8, 99), held.Holds(3, "key"u8, 100), held.Holds(3, "key"u8, 149),
                held.Holds(3, "key"u8, 150)));
        Assert.False(held.Holds(0, "key"u8, 120));
        held.BeginAt(120);
        Assert.Equal(1, held.Count);
        held.Pass(150);
        Assert.Equal(0, HeldKeys.Open(_folder.Path).Count);
    }

    [Fact]
    public void Of_a_key_that_was_read_twice_the_last_reading_counts_whatever_a_crash_left_behind_it()
    {
        var held = HeldKeys.Open(_folder.Path);
        held.Hold([(0, "key"u8.ToArray())], 100, 150);
        held.Hold([(0, "key"u8.ToArray())], 120, 190);
        File.AppendAllText(Path.Combine(_folder.Path, "held"), "0 6B6579 130 2");
        held = HeldKeys.Open(_folder.Path);
        held.Hold([(0, "other"u8.ToArray())], 130, 200);
        held = HeldKeys.Open(_folder.Path);
        Assert.Equal(
            (true, false, true),
            (held.Holds(0, "key"u8, 189), held.Holds(0, "key"u8, 190), held.Holds(0, "other"u8, 199)));
        Assert.Equal(200, held.Until);
        held.GiveUp();
        Assert.Equal((0, 0L), (HeldKeys.Open(_folder.Path).Count, held.Until));
    }

    public void Dispose() => _folder.Dispose();

    private ReplicationJournal Open() => ReplicationJournal.Open(_folder.Path, "shown", () => 0.5);
}
