using System.Text;
using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Replication;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.Redis.Replication;

public sealed class SkimmingAJournal : IAsyncDisposable
{
    private const int Segment = 64 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly ReplicationJournal _journal;
    private readonly HastyClock _clock = new();
    private JournalSkimmer _skimmer;

    public SkimmingAJournal()
    {
        _journal = ReplicationJournal.Open(_folder["journal"], "redis://here", () => 0.5);
        _journal.StartHistory("one", 0);
        _skimmer = new JournalSkimmer(_journal, _folder["journal"], _clock);
    }

    [Fact]
    public async Task What_nobody_wants_to_hear_is_forgotten_but_for_the_database_that_is_selected()
    {
        Tell("SELECT", "3");
        Fill(2 * Segment);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(new FollowedPlace(_journal.End, 3), FollowedPlace.Read(_folder["journal"]));
        Assert.True(_journal.Begin > Segment, $"It begins at {_journal.Begin}.");
    }

    [Fact]
    public async Task Nothing_is_forgotten_behind_the_place_where_somebody_may_begin()
    {
        Fill(Segment);
        var kept = _journal.End;
        await _skimmer.Keep(() => Task.FromResult((0, kept)), CancellationToken.None);
        Fill(2 * Segment);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(kept, FollowedPlace.Read(_folder["journal"])!.Position);
        Assert.True(_journal.Begin <= kept, $"It begins at {_journal.Begin}, and {kept} was to be kept.");
    }

    [Fact]
    public async Task Nothing_is_forgotten_while_somebody_reads()
    {
        await _skimmer.BeginReading(CancellationToken.None);
        Fill(2 * Segment);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Null(FollowedPlace.Read(_folder["journal"]));
        Assert.Equal(0, _journal.Begin);
    }

    [Fact]
    public async Task A_place_to_begin_at_is_never_inside_a_transaction()
    {
        Tell("SET", "a", "1");
        var before = _journal.End;
        Tell("MULTI");
        Tell("SET", "a", "2");
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(before, FollowedPlace.Read(_folder["journal"])!.Position);
        Tell("EXEC");
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(_journal.End, FollowedPlace.Read(_folder["journal"])!.Position);
    }

    [Fact]
    public async Task What_was_asked_for_first_is_kept_also_by_the_next_life_until_it_is_released()
    {
        Fill(Segment);
        var kept = _journal.End;
        await Keep(kept);
        Fill(2 * Segment);
        await Keep(_journal.End);
        await NextLife();
        await Keep(_journal.End);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(kept, FollowedPlace.Read(_folder["journal"])!.Position);
        _clock.Leap(TimeSpan.FromMinutes(2));
        await _skimmer.Release(CancellationToken.None);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(_journal.End, FollowedPlace.Read(_folder["journal"])!.Position);
    }

    [Fact]
    public async Task A_place_that_was_asked_for_a_moment_ago_is_not_released()
    {
        Fill(Segment);
        var kept = _journal.End;
        await Keep(kept);
        Fill(Segment);
        _clock.Leap(TimeSpan.FromSeconds(50));
        await _skimmer.Release(CancellationToken.None);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(kept, FollowedPlace.Read(_folder["journal"])!.Position);
    }

    [Fact]
    public async Task What_is_read_is_not_released_and_what_is_read_no_more_is()
    {
        _skimmer.KeepAll();
        Fill(2 * Segment);
        await _skimmer.BeginReading(CancellationToken.None);
        await _skimmer.Release(CancellationToken.None);
        await _skimmer.EndReading(CancellationToken.None);
        await _skimmer.Skim(CancellationToken.None);
        Assert.Equal(0, _journal.Begin);
        await _skimmer.Release(CancellationToken.None);
        await _skimmer.Skim(CancellationToken.None);
        Assert.True(_journal.Begin > Segment, $"It begins at {_journal.Begin}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _skimmer.DisposeAsync();
        _journal.Dispose();
        _folder.Dispose();
    }

    private Task<int> Keep(long position) =>
        _skimmer.Keep(() => Task.FromResult((0, position)), CancellationToken.None);

    private async Task NextLife()
    {
        await _skimmer.DisposeAsync();
        _skimmer = new JournalSkimmer(_journal, _folder["journal"], _clock);
    }

    private void Fill(int bytes)
    {
        var text = new string('x', 1 << 20);
        for (var told = 0; told < bytes; told += text.Length)
            Tell("SET", "key", text);
    }

    private void Tell(params string[] words)
    {
        var text = $"*{words.Length}\r\n{string.Concat(words.Select(one => $"${one.Length}\r\n{one}\r\n"))}";
        _journal.Append(Encoding.ASCII.GetBytes(text));
    }
}
