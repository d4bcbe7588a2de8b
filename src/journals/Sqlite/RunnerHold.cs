using System.Globalization;
using Godwit.Core.Problems;

namespace Godwit.Journals.Sqlite;

/// <summary>The right to run a migration: at most one process has it.</summary>
/// <remarks>
/// An exclusive lock of the operating system (flock) on a file that stays. It ends with the process, however that
/// ends, so that no stale hold has to be judged and removed. Who holds it is written beside it, for people only: the
/// locked file itself cannot be read by others.
/// </remarks>
public sealed class RunnerHold : IDisposable
{
    public const string FileName = "runner.lock";

    private const string HolderName = "runner.pid";

    private readonly FileStream _lock;

    private RunnerHold(FileStream held) => _lock = held;

    /// <summary>Takes the hold.</summary>
    /// <exception cref="GodwitException">Another process has it; the problem says which.</exception>
    public static RunnerHold Take(string directory) =>
        TryTake(directory) ?? throw JournalProblems.HeldByAnother(directory, Holder(directory));

    /// <summary>Takes the hold; null when another process has it.</summary>
    public static RunnerHold? TryTake(string directory)
    {
        FileStream held;
        try
        {
            held = new FileStream(
                Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException refused) when (refused is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw JournalProblems.NoRight(directory, refused);
        }
        File.WriteAllText(
            Path.Combine(directory, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new RunnerHold(held);
    }

    /// <summary>Whether a process has it now.</summary>
    public static bool IsHeld(string directory)
    {
        try
        {
            // Shared, so that two that look do not see each other.
            using var look = new FileStream(
                Path.Combine(directory, FileName), FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Who holds the migration, for people; unknown in the moment between lock and name.</summary>
    public static string Holder(string directory)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(directory, HolderName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? $"process {id}"
                : "an unknown process";
        }
        catch (IOException)
        {
            return "an unknown process";
        }
    }

    public void Dispose() => _lock.Dispose();
}
