using System.Runtime.InteropServices;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>The only way to the file system: every name is bytes, and relative to a directory that is held
/// open.</summary>
/// <remarks>Each call returns the result, or the error number negated. Calls that a signal interrupted are
/// repeated.</remarks>
internal static unsafe class Posix
{
    /// <summary>Relative to the working directory; only for the roots that the user named.</summary>
    internal const int WorkingDirectory = -100;

    private const int LongestPath = 4096;
    private const int NoFollowSymlink = 0x100;
    private const int EmptyPath = 0x1000;
    private const int RemoveDirectory = 0x200;
    private const int OpenAt2Number = 437;
    private const ulong BeneathWithoutLinks = 0x08 | 0x04 | 0x02;
    private const uint NoReplace = 1;
    private const uint Swap = 2;
    private const long LeaveTime = (1L << 30) - 2;

    /// <summary>Opens one name, or for the roots a whole path.</summary>
    internal static int Open(int directory, ReadOnlySpan<byte> name, int flags, uint mode = 0)
    {
        if (name.Length >= LongestPath)
            return -Errno.NameTooLong;
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        int result;
        do
            result = Result(Libc.OpenAt(directory, text, flags, mode));
        while (result == -Errno.Interrupted);
        return result;
    }

    /// <summary>Opens a path of several names; the kernel refuses every symbolic link on the way and every way
    /// out.</summary>
    internal static int OpenBeneath(int directory, ReadOnlySpan<byte> path, int flags)
    {
        if (path.Length >= LongestPath)
            return -Errno.NameTooLong;
        var text = stackalloc byte[path.Length + 1];
        Terminate(path, text);
        var how = stackalloc ulong[3] { (uint)flags, 0, BeneathWithoutLinks };
        int result;
        do
            result = Result((int)Libc.OpenAt2(OpenAt2Number, directory, text, how, 24));
        while (result is -Errno.Interrupted or -Errno.Again);
        return result;
    }

    internal static int Close(int file) => Result(Libc.Close(file));

    internal static int ReadDirectory(int directory, Span<byte> into)
    {
        fixed (byte* buffer = into)
            return Result((int)Libc.GetDents64(directory, buffer, (nuint)into.Length));
    }

    /// <summary>The entry itself, never what a symbolic link points to.</summary>
    internal static int Status(int directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        if (name.Length >= LongestPath)
            return -Errno.NameTooLong;
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return StatX(directory, text, NoFollowSymlink, out status);
    }

    /// <summary>What is open.</summary>
    internal static int Status(int file, out FileStatus status)
    {
        byte empty = 0;
        return StatX(file, &empty, EmptyPath, out status);
    }

    internal static int ReadLink(int directory, ReadOnlySpan<byte> name, Span<byte> into)
    {
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        fixed (byte* buffer = into)
            return Result((int)Libc.ReadLinkAt(directory, text, buffer, (nuint)into.Length));
    }

    internal static int Rename(int from, ReadOnlySpan<byte> name, int to, ReadOnlySpan<byte> newName) =>
        Rename(from, name, to, newName, 0);

    internal static int RenameUnlessTaken(int from, ReadOnlySpan<byte> name, int to, ReadOnlySpan<byte> newName) =>
        Rename(from, name, to, newName, NoReplace);

    internal static int Exchange(int from, ReadOnlySpan<byte> name, int to, ReadOnlySpan<byte> newName) =>
        Rename(from, name, to, newName, Swap);

    internal static int Link(int from, ReadOnlySpan<byte> name, int to, ReadOnlySpan<byte> newName)
    {
        var old = stackalloc byte[name.Length + 1];
        var fresh = stackalloc byte[newName.Length + 1];
        Terminate(name, old);
        Terminate(newName, fresh);
        return Result(Libc.LinkAt(from, old, to, fresh, 0));
    }

    internal static int Symlink(ReadOnlySpan<byte> target, int directory, ReadOnlySpan<byte> name)
    {
        var leadsTo = stackalloc byte[target.Length + 1];
        var text = stackalloc byte[name.Length + 1];
        Terminate(target, leadsTo);
        Terminate(name, text);
        return Result(Libc.SymlinkAt(leadsTo, directory, text));
    }

    internal static int MakeDirectory(int directory, ReadOnlySpan<byte> name, uint mode)
    {
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return Result(Libc.MkdirAt(directory, text, mode));
    }

    internal static int Unlink(int directory, ReadOnlySpan<byte> name) => Unlink(directory, name, 0);

    internal static int UnlinkDirectory(int directory, ReadOnlySpan<byte> name) =>
        Unlink(directory, name, RemoveDirectory);

    internal static int ChangeMode(int file, uint mode) => Result(Libc.FChmod(file, mode));

    internal static int ChangeOwner(int directory, ReadOnlySpan<byte> name, uint user, uint group)
    {
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return Result(Libc.FChownAt(directory, text, user, group, NoFollowSymlink));
    }

    internal static int ChangeOwner(int file, uint user, uint group)
    {
        byte empty = 0;
        return Result(Libc.FChownAt(file, &empty, user, group, EmptyPath));
    }

    /// <summary>Sets the modification time, to the nanosecond; leaves the access time.</summary>
    internal static int SetModified(int file, long nanoseconds)
    {
        var times = stackalloc long[4];
        Times(times, nanoseconds);
        return Result(Libc.FUtimeNs(file, times));
    }

    /// <summary>The same for a name; for symbolic links.</summary>
    internal static int SetModified(int directory, ReadOnlySpan<byte> name, long nanoseconds)
    {
        var times = stackalloc long[4];
        Times(times, nanoseconds);
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return Result(Libc.UtimeNsAt(directory, text, times, NoFollowSymlink));
    }

    internal static int Read(int file, Span<byte> into, long offset)
    {
        nint result;
        fixed (byte* buffer = into)
        {
            do
                result = Libc.PRead(file, buffer, (nuint)into.Length, offset);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        return Result((int)result);
    }

    internal static int Write(int file, ReadOnlySpan<byte> from, long offset)
    {
        nint result;
        fixed (byte* buffer = from)
        {
            do
                result = Libc.PWrite(file, buffer, (nuint)from.Length, offset);
            while (result < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        }
        return Result((int)result);
    }

    /// <summary>Start of the next data at or after an offset; <c>-ENXIO</c> when only a hole is left.</summary>
    internal static long SeekData(int file, long offset) => Result(Libc.LSeek(file, offset, 3));

    internal static long SeekHole(int file, long offset) => Result(Libc.LSeek(file, offset, 4));

    internal static long Rewind(int directory) => Result(Libc.LSeek(directory, 0, 0));

    internal static int Truncate(int file, long length) => Result(Libc.FTruncate(file, length));

    /// <summary>Reserves space without changing the size.</summary>
    internal static int Reserve(int file, long length) => Result(Libc.FAllocate(file, 1, 0, length));

    internal static int Sync(int file) => Result(Libc.FSync(file));

    internal static int SyncData(int file) => Result(Libc.FDataSync(file));

    /// <summary>Makes everything durable that was written to the file system of this descriptor, names
    /// included.</summary>
    internal static int SyncFileSystem(int file) => Result(Libc.SyncFs(file));

    internal static int SpaceOf(int file, out FileSystemSpace space)
    {
        var raw = stackalloc ulong[16];
        var result = Result(Libc.FStatVfs(file, raw));
        space = new FileSystemSpace((long)(raw[1] * raw[4]), (long)raw[7], (int)raw[10], (raw[9] & 1) != 0);
        return result;
    }

    /// <summary>Whether the calling user may read, write or search: 4, 2, 1 added up.</summary>
    internal static int Access(int directory, ReadOnlySpan<byte> name, int wanted)
    {
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return Result(Libc.FAccessAt(directory, text, wanted, 0x200));
    }

    /// <summary>Who we are; a process of ours does not change that.</summary>
    internal static uint User { get; } = Libc.GetEUid();

    internal static uint Group { get; } = Libc.GetEGid();

    /// <summary>The clock that the kernel stamps files with, in nanoseconds since 1970.</summary>
    internal static long FileClock()
    {
        var time = stackalloc long[2];
        var result = Libc.ClockGetTime(0, time);
        return result == 0 ? (time[0] * 1_000_000_000) + time[1] : throw new InvalidOperationException("No clock.");
    }

    /// <summary>A new inotify instance; reading from it never waits.</summary>
    internal static int WatchInstance() => Result(Libc.InotifyInit1(OpenFlags.CloseOnExec | OpenFlags.NonBlocking));

    internal static int Watch(int instance, ReadOnlySpan<byte> path, uint mask)
    {
        var text = stackalloc byte[path.Length + 1];
        Terminate(path, text);
        return Result(Libc.InotifyAddWatch(instance, text, mask));
    }

    internal static int Unwatch(int instance, int watch) => Result(Libc.InotifyRmWatch(instance, watch));

    /// <summary>A descriptor that becomes readable by <see cref="Raise"/>.</summary>
    internal static int Signal() => Result(Libc.EventFd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking));

    internal static void Raise(int signal)
    {
        var one = 1UL;
        _ = Libc.Write(signal, (byte*)&one, 8);
    }

    /// <summary>Waits until one of two descriptors is readable.</summary>
    /// <returns>False when it is the second.</returns>
    internal static bool WaitForEither(int first, int second)
    {
        // struct pollfd: descriptor, wanted events (1: readable), what came.
        var both = stackalloc long[2] { (1L << 32) | (uint)first, (1L << 32) | (uint)second };
        _ = Libc.Poll(both, 2, -1);
        return (both[1] >> 48) == 0;
    }

    /// <summary>What can be read without waiting.</summary>
    internal static int ReadNow(int file, Span<byte> into)
    {
        fixed (byte* buffer = into)
            return Result((int)Libc.Read(file, buffer, (nuint)into.Length));
    }

    private static int StatX(int directory, byte* name, int flags, out FileStatus status)
    {
        var raw = stackalloc byte[FileStatus.StructSize];
        var result = Result(Libc.StatX(directory, name, flags, FileStatus.Mask, raw));
        status = result < 0 ? default : FileStatus.From(new ReadOnlySpan<byte>(raw, FileStatus.StructSize));
        return result;
    }

    private static int Rename(int from, ReadOnlySpan<byte> name, int to, ReadOnlySpan<byte> newName, uint flags)
    {
        var old = stackalloc byte[name.Length + 1];
        var fresh = stackalloc byte[newName.Length + 1];
        Terminate(name, old);
        Terminate(newName, fresh);
        return Result(Libc.RenameAt2(from, old, to, fresh, flags));
    }

    private static int Unlink(int directory, ReadOnlySpan<byte> name, int flags)
    {
        var text = stackalloc byte[name.Length + 1];
        Terminate(name, text);
        return Result(Libc.UnlinkAt(directory, text, flags));
    }

    private static void Times(long* times, long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        (times[0], times[1], times[2], times[3]) = (0, LeaveTime, seconds, rest);
    }

    private static void Terminate(ReadOnlySpan<byte> name, byte* into)
    {
        name.CopyTo(new Span<byte>(into, name.Length));
        into[name.Length] = 0;
    }

    private static int Result(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    private static long Result(long result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;
}
