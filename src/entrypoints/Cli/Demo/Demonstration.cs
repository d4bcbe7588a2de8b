using System.Text.Json.Nodes;
using Godwit.Cli.Demo.Audit;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;
using Godwit.Cli.MigrationFiles;
using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo;

/// <summary>There and back again: moves a tenant while its writers write, lets them go on at the other shard, and
/// takes it back.</summary>
internal sealed class Demonstration(
    ShopFolder folder, int seed, ShopSize size, Surroundings surroundings, Story story)
{
    private const int Enough = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly CommandCalls _godwit = new(folder, surroundings);
    private readonly RunPicture _progress = new(folder);
    private readonly TrafficWatch _traffic = new(folder);
    private readonly List<Finding> _findings = [];
    private readonly List<WriterProcess> _writers = [];
    private Task<CommandAnswer> _run = Task.FromResult(new CommandAnswer(ExitCode.Done, []));

    public async Task<DemoResult> Run(CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Build(cancellation);
            StartWriters();
            await Follow(over.Token, cancellation);
            await Cutover(cancellation);
            await Rollback(cancellation);
            await StopWriters(cancellation);
            var (rows, files) = (_progress.Rows, _progress.Files);
            var verified = await _godwit.Call(cancellation, "verify", ShopFolder.Migration);
            await _godwit.Do(cancellation, "finish", ShopFolder.Migration);
            var end = await _run;
            if (end.Code != ExitCode.Done)
                throw DemoProblems.CommandFailed("run", end.Code, end.Json);
            var valid = await WriteReceipt(cancellation);
            return await Judge(end.Json, verified, valid, rows, files, cancellation);
        }
        finally
        {
            foreach (var writer in _writers)
                await writer.DisposeAsync();
            await over.CancelAsync();
            await _run;
        }
    }

    private async Task Build(CancellationToken cancellation)
    {
        var (rows, files) = await Task.Run(MakeShop, cancellation);
        story.Tell($"Two shards, twenty tenants (seed {seed}); tenant 42 lives at A with {rows:N0} rows in six tables "
            + $"and {files:N0} files.");
    }

    private (long Rows, long Files) MakeShop()
    {
        try
        {
            var made = new ShopBuilder(folder, seed, size).Build();
            File.WriteAllText(folder.MigrationFile, MigrationText.Yaml + "\n");
            File.WriteAllText(folder.Routes, "{}\n");
            return made;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw DemoProblems.FolderUnusable(folder.Path, refused);
        }
    }

    private void StartWriters()
    {
        foreach (var role in Enum.GetValues<WritersRole>())
            _writers.Add(WriterProcess.Start(role, folder, seed, size));
        story.Tell("Its writers and those of the others write, from processes of their own, and note what they were "
            + "promised.");
    }

    private async Task Follow(CancellationToken run, CancellationToken cancellation)
    {
        await Until("the writers write", () => _traffic.Since(0).Count > 20, () => "no notes yet", cancellation);
        story.Tell($"godwit run {Path.GetFileName(folder.MigrationFile)}");
        _run = _godwit.Call(run, "run", folder.MigrationFile);
        await UntilRuns("everything is copied", () => _progress.Phase is "catching_up" or "following", cancellation);
        story.Tell($"Copied {_progress.Rows:N0} rows and {_progress.Files:N0} files and folders.");
        await UntilRuns(
            "the copy is proved equal", () => _progress is { Phase: "following", Verdict: "equal" }, cancellation);
        story.Tell($"Both sides are equal, under live traffic: {_traffic.Since(0).Count:N0} transactions so far.");
    }

    private async Task Cutover(CancellationToken cancellation)
    {
        var done = await HandOver("cutover", cancellation);
        var moment = TrafficWatch.Now;
        story.Tell($"godwit cutover: traffic goes to B. {Pause(done, "cutover_pause_ms")}");
        await UntilRuns("the writers go on at B", () => _traffic.Since(moment).Count > Enough, cancellation);
        _findings.AddRange(FenceProbe.Try(folder, Shard.A));
        CheckLanding(moment, Shard.B);
        story.Tell($"{_traffic.Since(moment).Count:N0} transactions at B; at A a late writer is refused, the others "
            + "are not.");
    }

    private async Task Rollback(CancellationToken cancellation)
    {
        var done = await HandOver("rollback", cancellation);
        var moment = TrafficWatch.Now;
        story.Tell($"godwit rollback: traffic goes back to A. {Pause(done, "rollback_pause_ms")}");
        await UntilRuns("the writers go on at A", () => _traffic.Since(moment).Count > Enough / 2, cancellation);
        CheckLanding(moment, Shard.A);
    }

    /// <summary>Not ready is no failure: a pass may be through a moment later.</summary>
    private async Task<JsonObject> HandOver(string command, CancellationToken cancellation)
    {
        var begun = surroundings.Clock.GetTimestamp();
        while (true)
        {
            var answer = await _godwit.Call(cancellation, command, ShopFolder.Migration);
            cancellation.ThrowIfCancellationRequested();
            if (answer.Code == ExitCode.Done)
                return answer.Json;
            if (answer.Code != ExitCode.NotReady || surroundings.Clock.GetElapsedTime(begun) > Patience)
                throw DemoProblems.CommandFailed(command, answer.Code, answer.Json);
            story.Whisper($"{command}: {answer.Json["error"]?["what"]} {answer.Json["error"]?["why"]}");
            await Task.Delay(Glance, surroundings.Clock, cancellation);
        }
    }

    private void CheckLanding(long moment, Shard place) =>
        _findings.AddRange(_traffic.Since(moment).Where(one => one.Place != place).Select(one => new Finding(
            FindingKind.Lost, one.Place, $"Acknowledged after traffic went to {place}: number {one.Number}")));

    private async Task StopWriters(CancellationToken cancellation)
    {
        foreach (var writer in _writers)
            await writer.Stop(cancellation);
        story.Tell("The writers stop, and the audit begins.");
    }

    private async Task<bool> WriteReceipt(CancellationToken cancellation)
    {
        await _godwit.Do(cancellation, "receipt", ShopFolder.Migration, "-o", folder.Receipt);
        var checking = await _godwit.Call(cancellation, "receipt", "verify", folder.Receipt);
        var valid = checking.Code == ExitCode.Done && (bool?)checking.Json["valid"] == true;
        story.Tell($"godwit receipt verify: {(valid ? "valid" : "INVALID")}, {checking.Json["units"]} verified units, "
            + "checked offline.");
        return valid;
    }

    private async Task<DemoResult> Judge(
        JsonObject end, CommandAnswer verified, bool valid, long rows, long files, CancellationToken cancellation)
    {
        var audit = await Task.Run(() => Auditor.Audit(folder, seed, size), cancellation);
        return new DemoResult
        {
            Seed = seed,
            Audit = audit with { Findings = [.. _findings, .. audit.Findings] },
            CutoverPauseMs = (double?)end["cutover_pause_ms"],
            RollbackPauseMs = (double?)end["rollback_pause_ms"],
            LongestWaitMs = _traffic.LongestWait(),
            RowsCopied = rows,
            FilesCopied = files,
            Verdict = verified.Code == ExitCode.Done ? (string?)end["verdict"] ?? "undecided" : "different",
            ReceiptValid = valid,
            Took = story.Elapsed,
        };
    }

    private static string Pause(JsonObject done, string field) =>
        $"Writers were held up for {Quantity.Show(TimeSpan.FromMilliseconds((double?)done[field] ?? 0))}.";

    /// <summary>Waits while the run is alive.</summary>
    private Task UntilRuns(string what, Func<bool> condition, CancellationToken cancellation) =>
        Until(what, () =>
        {
            _progress.Look();
            story.Whisper(_progress.Phase == "copying"
                ? $"copying: {_progress.Rows:N0} of {_progress.RowsExpected:N0} rows, {_progress.Files:N0} files"
                : $"{_progress}; {_progress.Changes:N0} changes applied");
            return _run.IsCompleted || condition();
        }, _progress.ToString, cancellation);

    private async Task Until(string what, Func<bool> condition, Func<string> seen, CancellationToken cancellation)
    {
        var begun = surroundings.Clock.GetTimestamp();
        while (!condition())
        {
            if (surroundings.Clock.GetElapsedTime(begun) > Patience)
                throw DemoProblems.TookTooLong(what, Patience, seen());
            foreach (var writer in _writers)
                await writer.ThrowIfEnded();
            await Task.Delay(Glance, surroundings.Clock, cancellation);
        }
        if (_run.IsCompleted && _run is { IsCompletedSuccessfully: true } && (await _run).Code != ExitCode.Done)
        {
            var end = await _run;
            throw DemoProblems.CommandFailed("run", end.Code, end.Json);
        }
    }
}
