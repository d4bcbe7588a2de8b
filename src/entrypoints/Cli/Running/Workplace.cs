using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.Routes;
using Godwit.Cli.State;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;
using Godwit.Journals.Sqlite;

namespace Godwit.Cli.Running;

/// <summary>Everything that running a migration needs, open: its hold, stores, journal, key and route.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private const int MostTries = 30;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private readonly Session _session;
    private readonly MigrationHome _home;
    private readonly MigrationFile _file;
    private readonly Origin _origin;
    private readonly RunnerHold _hold;
    private OpenMoves? _moves;
    private KeyFileSigner? _signer;
    private SqliteJournal? _journal;

    private Workplace(Session session, MigrationHome home, MigrationFile file, Origin origin, RunnerHold hold) =>
        (_session, _home, _file, _origin, _hold) = (session, home, file, origin, hold);

    public SqliteJournal Journal => _journal!;

    /// <param name="hold">Given back with the workplace.</param>
    public static async Task<Workplace> Open(
        Session session, MigrationHome home, MigrationFile file, Origin origin, RunnerHold hold,
        CancellationToken cancellation)
    {
        var place = new Workplace(session, home, file, origin, hold);
        var isComplete = false;
        try
        {
            await place.Open(cancellation);
            isComplete = true;
            return place;
        }
        finally
        {
            if (!isComplete)
                await place.DisposeAsync();
        }
    }

    public async Task<RunReport> Run(RunGoal goal, IProgressView view, CancellationToken cancellation)
    {
        while (true)
        {
            var report = await RunOnce(goal, view, cancellation);
            if (report.Problem is not { Recovery: Recovery.Reopen })
                return report;
            try
            {
                await Reopen(cancellation);
            }
            catch (GodwitException failure)
            {
                return report with { Problem = failure.Problem };
            }
        }
    }

    private async Task<RunReport> RunOnce(RunGoal goal, IProgressView view, CancellationToken cancellation)
    {
        using var progress = new ProgressFile(_home.Progress, _session.Surroundings.Clock);
        var runner = new MigrationRunner(new RunnerSetup
        {
            Definition = _file.Definition,
            Moves = _moves!.Ports,
            Journal = Journal,
            Route = Route(),
            Clock = _session.Surroundings.Clock,
            Progress = picture =>
            {
                progress.Show(picture);
                view.Show(picture);
            },
            Signer = _signer!,
        });
        return await runner.Run(goal, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_moves is not null)
            await _moves.DisposeAsync();
        if (_journal is not null)
            await _journal.DisposeAsync();
        _signer?.Dispose();
        _hold.Dispose();
    }

    // The journal comes last: a migration whose stores cannot be opened leaves none behind.
    private async Task Open(CancellationToken cancellation)
    {
        if (_home.Exists)
            _journal = await Wiring.OpenJournal(_home, _session.Surroundings.Clock, cancellation);
        _moves = await OpenMoves.Open(
            _file, _session.Surroundings, _home, await MayCut(cancellation), cancellation);
        await Route().Probe(cancellation);
        _signer = KeyFileSigner.Open(_session.State);
        _journal ??= await Wiring.OpenJournal(_home, _session.Surroundings.Clock, cancellation);
    }

    /// <summary>Opens the stores that are the right ones by now; tried for a while, as a run would.</summary>
    private async Task Reopen(CancellationToken cancellation)
    {
        await _moves!.DisposeAsync();
        _moves = null;
        for (var tries = 1; _moves is null; tries++)
        {
            try
            {
                _moves = await OpenMoves.Open(
                    _file, _session.Surroundings, _home, await MayCut(cancellation), cancellation);
            }
            catch (GodwitException failure) when (
                failure.Problem.Recovery is Recovery.Retry or Recovery.Pause && tries < MostTries)
            {
                await Task.Delay(BetweenTries, _session.Surroundings.Clock, cancellation);
            }
        }
    }

    /// <summary>Until traffic goes over, whatever came apart can be copied again.</summary>
    private async Task<bool> MayCut(CancellationToken cancellation) =>
        _journal is null
        || (await MigrationState.Read(_journal, cancellation)).Phase < MigrationPhase.CuttingOver;


    private RouteFile Route()
    {
        var (definition, clock) = (_file.Definition, _session.Surroundings.Clock);
        var hook = _file.Hook.Count == 0
            ? null
            : new Hook(
                new HookSetup(
                    definition.Name, definition.RouteName, _file.Hook, _origin.Directory, definition.MaxPause,
                    _file.Secrets),
                clock);
        return new RouteFile(_file.Route ?? _home.Route, definition.RouteName, hook, clock);
    }
}
