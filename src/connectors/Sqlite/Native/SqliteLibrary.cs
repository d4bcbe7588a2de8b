using System.Reflection;
using System.Runtime.InteropServices;

namespace Godwit.Connectors.Sqlite.Native;

/// <summary>Decides once for the whole process which SQLite is used.</summary>
/// <remarks>
/// Invariant: there is one copy of SQLite in the process. Two copies that open the same file destroy each other's
/// locks (a POSIX process loses all its locks on a file when it closes any handle of it) and with them the database.
/// So when someone has set up SQLitePCLRaw before us we use its library; otherwise we take the system's where it is
/// newer than the bundled one, and give the same to everyone who comes later through SQLitePCLRaw.
/// </remarks>
public static class SqliteLibrary
{
    private static readonly Lazy<nint> Chosen = new(Choose);

    /// <summary>Makes the choice. Called at the start of a program, before anything else opens a database.</summary>
    public static void Use() => _ = Chosen.Value;

    private static nint Choose()
    {
        var provider = typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly;
        var bundled = NativeLibrary.Load(Sqlite3.Library, provider, null);
        var handle = bundled;
        if (!IsTaken() && TryLoadSystem(out var system) && Version(system) > Version(bundled))
        {
            handle = system;
            NativeLibrary.SetDllImportResolver(provider, Resolve);
        }
        NativeLibrary.SetDllImportResolver(typeof(Sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
        return handle;

        nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
            name == Sqlite3.Library ? handle : 0;
    }

    /// <summary>Whether somebody has called into SQLite through SQLitePCLRaw already.</summary>
    private static bool IsTaken()
    {
        try
        {
            _ = SQLitePCL.raw.sqlite3_libversion_number();
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or TypeInitializationException || IsNotSetUp(e))
        {
            return false;
        }
    }

    // SQLitePCLRaw throws a bare Exception when no provider has been set.
    private static bool IsNotSetUp(Exception e) => e.GetType() == typeof(Exception);

    private static bool TryLoadSystem(out nint handle)
    {
        handle = 0;
        return OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libsqlite3.so.0", out handle);
    }

    private static unsafe int Version(nint library) =>
        ((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(library, "sqlite3_libversion_number"))();
}
