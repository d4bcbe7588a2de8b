using System.Threading.Channels;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Godwit.Cli.Output;

/// <summary>Progress for a person at a terminal: a bar for each stream, and a line on the whole.</summary>
/// <remarks>Drawn off the engine's thread, from the latest picture; those in between are dropped.</remarks>
internal sealed class ProgressBars : IProgressView
{
    private const int BarWidth = 20;
    private const int MostStreams = 15;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly Channel<MigrationProgress> _pictures = Channel.CreateBounded<MigrationProgress>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Dictionary<string, RateMeter> _meters = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly Task _drawing;

    public ProgressBars(TextWriter writer, TimeProvider clock)
    {
        _clock = clock;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        _drawing = Task.Run(() => console.Live(new Text("")).StartAsync(Draw));
    }

    public void Show(MigrationProgress progress) => _pictures.Writer.TryWrite(progress);

    public async ValueTask DisposeAsync()
    {
        _pictures.Writer.Complete();
        await _drawing;
    }

    private async Task Draw(LiveDisplayContext screen)
    {
        await foreach (var picture in _pictures.Reader.ReadAllAsync())
        {
            screen.UpdateTarget(Picture(picture));
            screen.Refresh();
            await Task.Delay(Frame, _clock);
        }
    }

    private Rows Picture(MigrationProgress progress)
    {
        var rows = new List<IRenderable>
        {
            new Markup($"[bold]{Markup.Escape(progress.Name)}[/]  {State(progress)}"),
        };
        foreach (var move in progress.Moves)
        {
            rows.Add(new Markup($"[grey]{Markup.Escape(move.From)} → {Markup.Escape(move.To)}[/]"));
            if (progress.Phase < MigrationPhase.CatchingUp)
                rows.Add(Streams(move));
        }
        if (progress.Phase >= MigrationPhase.CatchingUp)
            rows.Add(new Text(ProgressText.Follow(progress)));
        if (progress.Problem is { } problem)
            rows.Add(new Markup($"[red]{Markup.Escape($"{problem.Code}: {problem.What} {problem.Remedy}")}[/]"));
        return new Rows(rows);
    }

    private static string State(MigrationProgress progress) =>
        $"[aqua]{PhaseName.Of(progress.Phase)}[/]{(progress.Paused ? " [yellow](paused)[/]" : "")}";

    private Grid Streams(MoveProgress move)
    {
        var grid = new Grid();
        for (var i = 0; i < 3; i++)
            grid.AddColumn(new GridColumn().NoWrap());
        var shown = move.Streams.OrderBy(one => ProgressText.Share(one) >= 1).Take(MostStreams).ToHashSet();
        foreach (var stream in move.Streams.Where(shown.Contains))
        {
            var meter = MeterOf($"{move.From}\n{stream.Name}");
            meter.See(stream.BytesDone, stream.RecordsDone);
            grid.AddRow(
                new Text("  " + stream.Name), new Markup(Bar(ProgressText.Share(stream))),
                new Text(ProgressText.Copy(stream, meter)));
        }
        if (move.Streams.Count > shown.Count)
            grid.AddRow($"  and {move.Streams.Count - shown.Count} more", "", "");
        return grid;
    }

    private static string Bar(double share)
    {
        var done = (int)Math.Round(share * BarWidth);
        return $"[green]{new string('━', done)}[/][grey]{new string('━', BarWidth - done)}[/]";
    }

    private RateMeter MeterOf(string stream)
    {
        if (!_meters.TryGetValue(stream, out var meter))
            _meters[stream] = meter = new RateMeter(_clock);
        return meter;
    }
}
