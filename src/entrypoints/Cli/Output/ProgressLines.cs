using Godwit.Engine.Journal;
using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>Progress as plain lines, for logs: when something changed, and at most one a second.</summary>
internal sealed class ProgressLines(TextWriter writer, TimeProvider clock) : IProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly RateMeter _meter = new(clock);
    private (MigrationPhase Phase, string? Problem)? _moment;
    private string _said = "";
    private long _at;

    public void Show(MigrationProgress progress)
    {
        var moment = (progress.Phase, progress.Problem?.Code);
        if (_moment == moment && clock.GetElapsedTime(_at) < Interval)
            return;
        var whole = ProgressText.Whole(progress);
        _meter.See(whole.BytesDone, whole.RecordsDone);
        (_moment, _at) = (moment, clock.GetTimestamp());
        var line = ProgressText.Line(progress, _meter);
        var news = ProgressText.Line(WithoutLag(progress), _meter);
        if (news == _said)
            return;
        _said = news;
        writer.WriteLine($"{clock.GetUtcNow():HH:mm:ss} {line}");
    }

    // A lag that flickers is no news: a log of an idle night must stay short.
    private static MigrationProgress WithoutLag(MigrationProgress progress) =>
        progress with { Moves = [.. progress.Moves.Select(one => one with { Lag = TimeSpan.Zero })] };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
