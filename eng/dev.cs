#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// ./dev WORD: what a contributor wishes for, one word each. Runs with the repository as its current folder.

using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

const string Usage = """
    ./dev build             compile everything; warnings are errors
    ./dev test [name]       all tests, or those with the name in their namespace, class or sentence
    ./dev sim [seed]        simulate; a seed replays one life
    ./dev soak NAME         the tests of that name at full length: hours, not seconds
    ./dev golden [--accept] compare what users and disks see with the kept texts, or keep the new ones
    ./dev bench [peers] […] the same work by Godwit and by the tools people use today
    """;

var word = args.FirstOrDefault();
var rest = args.Skip(1).ToArray();

return (word, rest) switch
{
    ("build", []) => Build("Godwit.slnx"),
    ("test", []) => Test("*"),
    ("test", [var name]) => Test($"*{name}*"),
    ("sim", []) => Test("Godwit.Tests.Simulation.*"),
    ("sim", [var seed]) when ulong.TryParse(seed, out _) => Test("Godwit.Tests.Simulation.*", ("GODWIT_SEED", seed)),
    ("soak", [var name]) => Test($"*{name}*", ("GODWIT_SOAK", "1")),
    ("golden", []) => Test("*"),
    ("golden", ["--accept"]) => AcceptGolden(),
    ("bench", []) => Bench("peers", []),
    ("bench", [var name, ..]) when Directory.Exists($"bench/{name}") => Bench(name, rest[1..]),
    _ => Refuse(),
};

static int Refuse()
{
    Console.Error.WriteLine(Usage);
    return 2;
}

static int Build(string project)
{
    Directory.CreateDirectory("artifacts");
    using var turn = WaitForTurn("artifacts/build.lock");

    // ./godwit looks at this file's time; taken first, so that an edit made meanwhile counts as newer.
    var start = $"artifacts/godwit.built.{Environment.ProcessId}";
    File.WriteAllText(start, "");
    var code = Run("dotnet", ["msbuild", project, "-restore", "-p:Configuration=Release", "-m", "-v:quiet", "-nologo"]);
    if (code == 0)
        File.Move(start, "artifacts/godwit.built", overwrite: true);
    else
        File.Delete(start);
    return code;
}

// The same lock that ./godwit takes with flock(1): two builds in one folder break each other.
static FileStream WaitForTurn(string path)
{
    while (true)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            Thread.Sleep(200);
        }
    }
}

static int Test(string methods, params (string Name, string Value)[] world)
{
    Install(("sqlite3", "sqlite3"));
    if (Build("tests/Godwit.Tests.csproj") is not 0 and var broken)
        return broken;

    var report = Path.GetFullPath("artifacts/tests.json");
    File.Delete(report);
    string[] colour = Console.IsOutputRedirected ? ["-noColor"] : [];
    string[] tests = ["artifacts/bin/Godwit.Tests/release/Godwit.Tests.dll", "-method", methods];
    var code = Run("dotnet", [.. tests, "-noLogo", .. colour, "-ctrf", report], world);
    return Count(report, code);
}

static int Count(string report, int code)
{
    if (!File.Exists(report))
        throw new InvalidOperationException($"The test program ended with {code} and without a report.");

    using var json = JsonDocument.Parse(File.ReadAllBytes(report));
    var summary = json.RootElement.GetProperty("results").GetProperty("summary");
    var passed = summary.GetProperty("passed").GetInt32();
    var failed = summary.GetProperty("failed").GetInt32();
    // A promise that a store does not make is no test that was left out: it is counted apart, by name in the report.
    var notClaimed = json.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray().Count(IsNotClaimed);
    var skipped = summary.GetProperty("skipped").GetInt32() + summary.GetProperty("pending").GetInt32() - notClaimed;

    // A fixture that breaks while it is cleaned up fails the run without failing any test.
    if (code != 0 && failed == 0)
        failed = 1;
    if (passed + failed + skipped == 0)
    {
        Console.WriteLine("No test has that name.");
        code = 1;
    }

    if (notClaimed > 0)
        Console.WriteLine($"{notClaimed} promises were asked of stores that do not make them");
    Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
    return code == 0 && failed > 0 ? 1 : code;
}

static bool IsNotClaimed(JsonElement test) =>
    test.GetProperty("status").GetString() == "skipped"
    && test.TryGetProperty("extra", out var extra)
    && extra.TryGetProperty("reason", out var reason)
    && reason.GetString()?.StartsWith("Not claimed by ", StringComparison.Ordinal) == true;

static int AcceptGolden()
{
    var code = Test("*", ("GODWIT_GOLDEN", "accept"));
    Console.WriteLine("Changed texts; commit them only if you can say why each one changed:");
    Run("git", ["status", "--short", "--", "tests"]);
    return code;
}

static int Bench(string name, string[] options)
{
    Install(("rsync", "rsync"), ("rclone", "rclone"), ("sqlite3", "sqlite3"));
    return Run("dotnet", ["run", "-c", "Release", "--project", $"bench/{name}", "--", .. options]);
}

// What cannot be installed is not an error here: the tests that need it skip with its name.
static void Install(params (string Program, string Package)[] needs)
{
    var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
    var missing = needs.Where(need => !folders.Any(folder => File.Exists(Path.Combine(folder, need.Program))))
        .Select(need => need.Package)
        .ToArray();
    if (missing.Length == 0)
        return;

    var wanted = string.Join(' ', missing);
    Console.Error.WriteLine($"Installing {wanted}");
    string[] apt = Environment.UserName == "root" ? ["apt-get", "-qq"] : ["sudo", "-n", "apt-get", "-qq"];
    string[][] steps = [["update"], ["-y", "--no-install-recommends", "install", .. missing]];
    foreach (var step in steps)
    {
        if (Run(apt[0], [.. apt[1..], .. step], ("DEBIAN_FRONTEND", "noninteractive")) != 0)
            Console.Error.WriteLine($"'{string.Join(' ', apt)} {step[0]}' failed. Install by hand: {wanted}");
    }
}

static int Run(string program, string[] arguments, params (string Name, string Value)[] world)
{
    var start = new ProcessStartInfo(program, arguments);
    foreach (var (name, value) in world)
        start.Environment[name] = value;
    try
    {
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
    catch (Win32Exception absent)
    {
        Console.Error.WriteLine($"{program}: {absent.Message}");
        return 127;
    }
}
