namespace Godwit.Cli;

/// <summary>What a command's exit code says. Scripts rely on it: never renumber.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Different = 3;
    public const int NotReady = 4;
    public const int Interrupted = 130;
}
