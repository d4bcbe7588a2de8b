using System.Runtime.CompilerServices;
using Godwit.Connectors.Sqlite.Native;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>Before any test: which copy of SQLite this process uses is decided once.</summary>
internal static class OneLibrary
{
    [ModuleInitializer]
    internal static void Choose() => SqliteLibrary.Use();
}
