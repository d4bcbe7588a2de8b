using System.Runtime.InteropServices;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>The C library's entry points as they are. Only <see cref="Posix"/> calls them.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int directory, byte* name, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint OpenAt2(nint number, nint directory, byte* path, ulong* how, nint size);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint ListXattrAt(
        nint number, nint directory, byte* path, nint flags, byte* list, nint size);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int file);

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    internal static partial nint GetDents64(int directory, byte* into, nuint size);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(int directory, byte* name, int flags, uint mask, byte* into);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(int directory, byte* name, byte* into, nuint size);

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true)]
    internal static partial int RenameAt2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    internal static partial int LinkAt(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int SymlinkAt(byte* target, int directory, byte* name);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MkdirAt(int directory, byte* name, uint mode);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    internal static partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int FChmod(int file, uint mode);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int FChownAt(int directory, byte* name, uint user, uint group, int flags);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int UtimeNsAt(int directory, byte* name, long* times, int flags);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    internal static partial int FUtimeNs(int file, long* times);

    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    internal static partial nint FListXattr(int file, byte* list, nuint size);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint LListXattr(byte* path, byte* list, nuint size);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true)]
    internal static partial nint FGetXattr(int file, byte* name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    internal static partial int FSetXattr(int file, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "fremovexattr", SetLastError = true)]
    internal static partial int FRemoveXattr(int file, byte* name);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long LSeek(int file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint PRead(int file, byte* into, nuint size, long offset);

    [LibraryImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint PWrite(int file, byte* from, nuint size, long offset);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int FTruncate(int file, long length);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int FAllocate(int file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int file);

    [LibraryImport(Library, EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int FDataSync(int file);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    internal static partial int SyncFs(int file);

    [LibraryImport(Library, EntryPoint = "fstatvfs", SetLastError = true)]
    internal static partial int FStatVfs(int file, ulong* into);

    [LibraryImport(Library, EntryPoint = "faccessat", SetLastError = true)]
    internal static partial int FAccessAt(int directory, byte* name, int mode, int flags);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint GetEUid();

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint GetEGid();

    [LibraryImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int ClockGetTime(int clock, long* into);

    [LibraryImport(Library, EntryPoint = "inotify_init1", SetLastError = true)]
    internal static partial int InotifyInit1(int flags);

    [LibraryImport(Library, EntryPoint = "inotify_add_watch", SetLastError = true)]
    internal static partial int InotifyAddWatch(int instance, byte* path, uint mask);

    [LibraryImport(Library, EntryPoint = "inotify_rm_watch", SetLastError = true)]
    internal static partial int InotifyRmWatch(int instance, int watch);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int file, byte* into, nuint size);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int file, byte* from, nuint size);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(long* descriptors, nuint count, int milliseconds);
}
