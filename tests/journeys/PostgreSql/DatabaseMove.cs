using Godwit.Tests.Journals;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A migration from one database to another by the program itself, looked at from outside.</summary>
internal sealed class DatabaseMove : IAsyncDisposable
{
    public const string Name = "journey";

    /// <summary>The variable that holds the path of the route file.</summary>
    private const string Variable = "ROUTES";

    /// <summary>Codes that come and go with servers and networks.</summary>
    private static readonly string[] Unreached =
    [
        "GW-PGS-002", "GW-RED-002", "GW-RED-005", "GW-RED-035", "GW-RED-036", "GW-RED-050",
        "GW-RMQ-002", "GW-RMQ-008",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>A problem that stays for longer does not go away by itself.</summary>
    private static readonly TimeSpan LongestProblem = TimeSpan.FromSeconds(40);

    private readonly TemporaryFolder _folder = new();
    private readonly List<GodwitProcess> _processes = [];
    private DateTimeOffset _started;
    private (string Problem, long Since) _heldUp = ("", 0);

    public DatabaseMove(MoveWishes wishes)
    {
        Wishes = wishes;
        File.WriteAllText(FilePath, wishes.Yaml(Routes));
    }

    public MoveWishes Wishes { get; }

    public string Routes => _folder["routes.json"];

    /// <summary>Whether a run that has ended is started again, as a service manager does.</summary>
    public bool StartsAgain { get; set; }

    /// <summary>The run that was started last.</summary>
    public GodwitProcess Runner { get; private set; } = null!;

    /// <summary>What that run has drawn so far.</summary>
    public MovePicture Picture =>
        MovePicture.Read(Path.Combine(_folder["state"], Wishes.Name, "progress.json"), _started);

    /// <summary>Into which parts the moves fall, as the state folder says; empty before it says anything.</summary>
    public string Parts
    {
        get
        {
            try
            {
                return File.ReadAllText(Path.Combine(_folder["state"], Wishes.Name, "parts.json"));
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    private string FilePath => _folder["journey.yaml"];

    /// <summary>Starts a run, which ends with this at the latest.</summary>
    public void Start(params string[] words)
    {
        _started = TimeProvider.System.GetUtcNow();
        Runner = Begin(["run", FilePath, .. words]);
    }

    /// <summary>Gives a command in a process that may be killed.</summary>
    public GodwitProcess BeginCommand(string word) => Begin([word, Wishes.Name]);

    /// <summary>Gives a command and waits for its answer, whatever that is.</summary>
    public async Task<GodwitAnswer> Godwit(params string[] words)
    {
        await using var process = New(words);
        return await process.End();
    }

    /// <summary>Checks the file before anything is planned.</summary>
    public Task<GodwitAnswer> Check() => Godwit("check", FilePath);

    /// <summary>Gives a command until it is done: it may be too early, or undone in time.</summary>
    /// <returns>How often it was given.</returns>
    public async Task<int> Command(string word)
    {
        GodwitAnswer? answer = null;
        var times = 0;
        await Until.Holds(
            $"'{word}' is done",
            async () =>
            {
                await GoesOn(word);
                answer = await Godwit(word, Wishes.Name);
                times++;
                Assert.True(answer.Code is 0 or 4, $"{word}: {answer}; the run: {Runner.Said}");
                return answer.Code == 0;
            },
            () => $"{answer}, {Picture}",
            Patience);
        return times;
    }

    /// <summary>Waits until the runner's own picture says something.</summary>
    public Task Shows(string what, Func<MovePicture, bool> condition) => Until.Holds(
        what,
        async () =>
        {
            await GoesOn(what);
            return condition(Picture);
        },
        () => $"{Picture}; {Runner.Said}",
        Patience);

    /// <summary>Waits until some rows are copied; all of them may be.</summary>
    public Task Copies() => Shows(
        "some rows are copied",
        one => one is { Phase: "copying", Rows: > 0 } or { Phase: "catching_up" or "following" });

    /// <summary>Waits until it follows and has looked at everything once: not before that may traffic go over. What is
    /// written to without a pause stays undecided until the cutover.</summary>
    public Task Follows() => Shows(
        "everything is verified once", one => one is { Phase: "following", Passes: > 0 });

    /// <summary>Writes the receipt of the migration, and has it checked.</summary>
    public async Task<GodwitAnswer> Receipt()
    {
        var written = await Godwit("receipt", Wishes.Name, "-o", _folder["receipt.json"]);
        return written.Code == 0 ? await Godwit("receipt", "verify", _folder["receipt.json"]) : written;
    }

    /// <summary>Ends the migration and its run.</summary>
    public async Task Finish()
    {
        await Command("finish");
        var end = await Runner.End();
        Assert.True(end.Code == 0, end.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Starts a run that has ended again, or fails with what it said; fails when a problem stays.</summary>
    private async Task GoesOn(string what)
    {
        var (clock, problem) = (TimeProvider.System, Picture.Problem);
        if (problem != _heldUp.Problem)
            _heldUp = (problem, clock.GetTimestamp());
        if (problem.Length > 0 && !Array.Exists(Unreached, code => problem.StartsWith(code, StringComparison.Ordinal))
            && clock.GetElapsedTime(_heldUp.Since) > LongestProblem)
            Assert.Fail($"{what}: it is held up by {problem}");
        if (Runner.HasEnded && StartsAgain)
            Start();
        else if (Runner.HasEnded)
            Assert.Fail($"{what}: the run ended with {await Runner.End()}");
    }

    private GodwitProcess Begin(string[] words)
    {
        var process = New(words);
        _processes.Add(process);
        return process;
    }

    private GodwitProcess New(string[] words) => GodwitProcess.Start(
        _folder.Path,
        [.. Wishes.World.Select(one => (one.Key, one.Value)), (Variable, Routes)],
        [.. words, "--json", "--state", _folder["state"]]);
}
