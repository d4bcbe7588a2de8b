namespace Godwit.Tests.Simulation;

public sealed class RunningOnOneThread
{
    [Fact]
    public void Time_jumps_to_the_next_timer() => Assert.Equal(TimeSpan.FromDays(3), new OneThread(1) is var thread
        ? thread.Run(async () =>
        {
            var start = thread.Clock.GetTimestamp();
            await Task.Delay(TimeSpan.FromDays(3), thread.Clock);
            return thread.Clock.GetElapsedTime(start);
        })
        : default);

    [Fact]
    public void Timers_ring_in_the_order_of_their_times()
    {
        var (thread, order) = (new OneThread(1), new List<int>());
        async Task Ring(int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), thread.Clock);
            order.Add(seconds);
        }
        thread.Run(() => Task.WhenAll(Ring(3), Ring(1), Ring(2)));
        Assert.Equal([1, 2, 3], order);
    }

    [Fact]
    public void A_timer_that_was_disposed_does_not_ring()
    {
        var (thread, rings) = (new OneThread(1), 0);
        thread.Run(async () =>
        {
            var timer = thread.Clock.CreateTimer(_ => rings++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromSeconds(3.5), thread.Clock);
            await timer.DisposeAsync();
            await Task.Delay(TimeSpan.FromSeconds(5), thread.Clock);
        });
        Assert.Equal(3, rings);
    }

    [Fact]
    public void The_dice_choose_what_runs_next()
    {
        var orders = Enumerable.Range(1, 20).Select(seed => string.Join("", Order((ulong)seed))).Distinct();
        Assert.True(orders.Count() > 5);
    }

    [Fact]
    public void A_story_that_nothing_can_go_on_with_is_a_deadlock()
    {
        var failure = Assert.Throws<StoryFailedException>(() =>
            new OneThread(77).Run(() => new TaskCompletionSource().Task));
        Assert.Contains("Seed 77", failure.Message);
        Assert.Contains("Deadlock", failure.Message);
    }

    [Fact]
    public void A_story_without_an_end_goes_in_circles()
    {
        var failure = Assert.Throws<StoryFailedException>(() => new OneThread(1, mostSteps: 100).Run(async () =>
        {
            while (true)
                await Task.Yield();
        }));
        Assert.Contains("circles", failure.Message);
    }

    [Fact]
    public void Whoever_leaves_the_thread_is_caught()
    {
        using var gate = new ManualResetEventSlim();
        async Task Leave() => await Task.Run(gate.Wait);
        var failure = Assert.Throws<StoryFailedException>(() => new OneThread(1).Run(async () =>
        {
            var leaving = Leave();
            gate.Set(); // Now that somebody waits.
            await leaving;
            await Task.Yield();
        }));
        Assert.Contains("left the one thread", failure.Message);
    }

    [Fact]
    public void When_the_power_goes_nothing_of_a_life_runs_any_more()
    {
        var (thread, told) = (new OneThread(1), new List<string>());
        thread.Run(async () =>
        {
            var life = new Life(thread, "one");
            var lived = life.Live(async () =>
            {
                try
                {
                    told.Add("began");
                    await Task.Delay(TimeSpan.FromSeconds(10), life.Clock);
                    told.Add("woke up");
                }
                finally
                {
                    told.Add("cleaned up");
                }
            });
            await Task.Delay(TimeSpan.FromSeconds(1), thread.Clock);
            life.End();
            Assert.False(await lived);
            await Task.Delay(TimeSpan.FromSeconds(100), thread.Clock);
        });
        Assert.Equal(["began"], told);
    }

    [Fact]
    public void What_goes_wrong_in_a_life_reaches_whoever_waits_for_it()
    {
        var thread = new OneThread(1);
        var failure = Assert.Throws<StoryFailedException>(() => thread.Run(() =>
            new Life(thread, "one").Live(() => throw new InvalidOperationException("it hurts"))));
        Assert.Contains("it hurts", failure.Message);
    }

    private static List<int> Order(ulong seed)
    {
        var (thread, order) = (new OneThread(seed), new List<int>());
        async Task Go(int number)
        {
            await Task.Yield();
            order.Add(number);
        }
        thread.Run(() => Task.WhenAll(Enumerable.Range(0, 5).Select(Go)));
        return order;
    }
}
