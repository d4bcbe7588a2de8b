using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Godwit.Connectors.RabbitMq;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Connections that are broken already when they are closed.</summary>
public sealed class ClosingConnections
{
    [Fact]
    public async Task What_closing_runs_into_fails_nobody()
    {
        var closing = Broken.Connection(Task.FromException(new TaskCanceledException())).End(TimeProvider.System);
        await closing.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connection_that_waits_for_itself_is_left_alone()
    {
        var clock = new ClockThatIsUp();
        var closing = Broken.Connection(new TaskCompletionSource().Task).End(clock);
        await closing.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(clock.Waited > TimeSpan.FromSeconds(5), "It is given longer than a farewell takes");
    }

    /// <summary>A clock by which everything that is waited for is over at once.</summary>
    private sealed class ClockThatIsUp : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited = dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>A connection whose closing goes as a test says.</summary>
    [SuppressMessage("Design", "MA0053", Justification = "The connection that is made derives from it.")]
    public class Broken : DispatchProxy
    {
        private Task _closing = Task.CompletedTask;

        public static IConnection Connection(Task closing)
        {
            var connection = Create<IConnection, Broken>();
            ((Broken)(object)connection)._closing = closing;
            return connection;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
        {
            nameof(IConnection.CloseAsync) => _closing,
            nameof(IAsyncDisposable.DisposeAsync) => new ValueTask(_closing),
            _ => throw new NotSupportedException(targetMethod?.Name),
        };
    }
}
