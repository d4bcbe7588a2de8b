using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Tests.Connectors.Kit;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>How long it is remembered that messages were taken away.</summary>
public sealed class RememberingWhatWasTaken
{
    private readonly HandClock _clock = new();

    [Fact]
    public void What_was_taken_before_a_rest_is_safe_and_forgotten()
    {
        var recent = new RecentlyTaken(_clock);
        Take(recent, 1, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Take(recent, 3);
        Assert.Equal([(UInt128)1, 2, 3], recent.Hashes);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Take(recent, 4);
        Assert.Equal([(UInt128)4], recent.Hashes);
    }

    [Fact]
    public void A_queue_does_not_rest_while_a_batch_of_it_is_under_way()
    {
        var recent = new RecentlyTaken(_clock);
        Take(recent, 1);
        recent.Begin();
        _clock.Advance(TimeSpan.FromSeconds(30));
        recent.Pass(_clock.GetTimestamp());
        Assert.Equal([(UInt128)1], recent.Hashes);
        _clock.Advance(TimeSpan.FromMinutes(1));
        recent.Pass(_clock.GetTimestamp());
        Assert.Empty(recent.Hashes);
    }

    [Fact]
    public void It_does_not_rest_before_the_broker_has_answered()
    {
        var recent = new RecentlyTaken(_clock);
        recent.Add([1]);
        _clock.Advance(TimeSpan.FromSeconds(30));
        recent.Pass(_clock.GetTimestamp());
        Assert.Equal([(UInt128)1], recent.Hashes);
    }

    [Fact]
    public void After_a_crash_only_what_came_back_may_come_back_again()
    {
        var recent = new RecentlyTaken(_clock);
        Take(recent, 1, 2, 3);
        recent.Replace([2, 3]);
        Take(recent, 4);
        Assert.Equal([(UInt128)2, 3, 4], recent.Hashes);
    }

    [Fact]
    public void What_is_long_ago_is_forgotten_also_without_a_rest()
    {
        var recent = new RecentlyTaken(_clock);
        for (var second = 0; second < 400; second++)
        {
            Take(recent, (UInt128)second);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(recent.Hashes.Count, 290, 302);
    }

    private static void Take(RecentlyTaken recent, params UInt128[] hashes)
    {
        recent.Add(hashes);
        recent.End();
    }
}
