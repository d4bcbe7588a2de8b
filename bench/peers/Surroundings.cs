using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>What the numbers depend on besides the code.</summary>
internal sealed record Surroundings(
    DateOnly Date, string Commit, string Godwit, IReadOnlyList<string> Machine, IReadOnlyList<string> Tools)
{
    internal static Surroundings Look() => new(
        DateOnly.FromDateTime(DateTime.UtcNow),
        CommitNow(),
        Migration.Version(),
        [
            $"{Field("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores",
            $"{Kilobytes("MemTotal") >> 20} GB memory",
            $"Linux {new Command("uname", "-r").Ask()}",
            $"disk: {FileSystem(Path.GetTempPath())}; tmpfs: {FileSystem("/dev/shm")}",
        ],
        [
            "sqlite3 " + FirstLine(new Command("sqlite3", "--version")).Split(' ')[0],
            FirstLine(new Command("redis-server", "--version")),
            RabbitMqBroker.Version,
            FirstLine(new Command("rsync", "--version")),
            FirstLine(new Command("rclone", "version")),
            FirstLine(new Command("cp", "--version")),
        ]);

    /// <summary>The commit, and whether something is not in it.</summary>
    private static string CommitNow()
    {
        string Git(params string[] words) => new Command("git", ["-C", Repository.Root, .. words]).Ask();
        return Git("rev-parse", "--short", "HEAD") + (Git("status", "--porcelain", "--", "src").Length > 0 ? "+" : "");
    }

    private static string Field(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':')[1].Trim();

    private static long Kilobytes(string name) =>
        long.Parse(Field("/proc/meminfo", name).Split(' ')[0], CultureInfo.InvariantCulture);

    private static string FileSystem(string folder) =>
        FirstLine(new Command("findmnt", "-n", "-o", "FSTYPE", "-T", folder));

    private static string FirstLine(Command command) => command.Ask().Split('\n')[0];
}
