namespace Godwit.Connectors.Files.Kernel;

/// <summary>Linux error numbers that decide something here. Calls of <see cref="Posix"/> return them negated.</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int InputOutput = 5;
    internal const int NoDevice = 6;
    internal const int Again = 11;
    internal const int AccessDenied = 13;
    internal const int Exists = 17;
    internal const int CrossDevice = 18;
    internal const int NotADirectory = 20;
    internal const int IsADirectory = 21;
    internal const int Invalid = 22;
    internal const int TooManyFilesHere = 23;
    internal const int TooManyFiles = 24;
    internal const int NoSpace = 28;
    internal const int ReadOnly = 30;
    internal const int TooManyLinks = 31;
    internal const int OutOfRange = 34;
    internal const int NameTooLong = 36;
    internal const int NoSystemCall = 38;
    internal const int NotEmpty = 39;
    internal const int Loop = 40;
    internal const int NoData = 61;
    internal const int NotSupported = 95;
    internal const int Stale = 116;
    internal const int Quota = 122;

    /// <summary>Whether the name led to nothing, or not to what was there before: it vanished or was swapped.</summary>
    internal static bool IsGone(int result) =>
        result is -NoEntry or -NotADirectory or -Loop or -Stale or -CrossDevice;

    internal static string Text(int number) => number switch
    {
        NotPermitted => "operation not permitted",
        NoEntry => "no such file or directory",
        InputOutput => "input/output error",
        AccessDenied => "permission denied",
        Exists => "file exists",
        CrossDevice => "it lies on another file system",
        NotADirectory => "not a directory",
        IsADirectory => "is a directory",
        Invalid => "invalid argument",
        TooManyFiles or TooManyFilesHere => "too many open files",
        NoSpace => "no space left on device",
        ReadOnly => "read-only file system",
        TooManyLinks => "too many links",
        NameTooLong => "file name too long",
        NoSystemCall => "the kernel does not know this call",
        NotEmpty => "directory not empty",
        Loop => "a symbolic link is in the way",
        NotSupported => "operation not supported",
        Stale => "stale file handle",
        Quota => "disk quota exceeded",
        _ => $"error {number}",
    };
}
