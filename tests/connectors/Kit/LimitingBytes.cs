using Godwit.Connectors.Kit;

namespace Godwit.Tests.Connectors.Kit;

public sealed class LimitingBytes
{
    [Fact]
    public void Without_a_limit_everything_passes_at_once() => Assert.True(
        new Throttle(null, new HandClock()).Pass(long.MaxValue / 2, CancellationToken.None).AsTask().IsCompleted);

    [Fact]
    public async Task Bytes_pass_no_faster_than_the_limit()
    {
        var clock = new HandClock();
        var throttle = new Throttle(1000, clock);
        var first = throttle.Pass(100, CancellationToken.None).AsTask();
        var pass = throttle.Pass(2000, CancellationToken.None).AsTask();
        Assert.False(pass.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(pass.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.3));
        await Task.WhenAll(first, pass);
    }
}
