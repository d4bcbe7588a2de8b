using System.Runtime.InteropServices;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>Flags of open and their relatives. Two of them have other numbers on ARM than elsewhere.</summary>
internal static class OpenFlags
{
    private static readonly bool Arm =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Truncate = 0x200;
    internal const int NonBlocking = 0x800;
    internal const int NoAccessTime = 0x40000;
    internal const int CloseOnExec = 0x80000;

    internal static readonly int Directory = Arm ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = Arm ? 0x8000 : 0x20000;

    /// <summary>A directory, never through a symbolic link.</summary>
    internal static readonly int HeldDirectory = ReadOnly | Directory | NoFollow | CloseOnExec;

    /// <summary>A file to be read, never through a link, never waiting for the other end of a pipe.</summary>
    internal static readonly int Content = ReadOnly | NoFollow | CloseOnExec | NonBlocking;

    /// <summary>A new file; fails when anything has the name already.</summary>
    internal static readonly int NewFile = ReadWrite | Create | Exclusive | NoFollow | CloseOnExec;
}
