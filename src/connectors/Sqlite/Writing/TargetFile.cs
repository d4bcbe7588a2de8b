using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>The target's file: created with the properties of the source's that its records depend on.</summary>
internal static class TargetFile
{
    internal const string PageSize = "page_size";
    internal const string Encoding = "encoding";
    internal const string AutoVacuum = "auto_vacuum";
    internal const string ApplicationId = "application_id";
    internal const string UserVersion = "user_version";
    internal const string JournalMode = "journal_mode";

    /// <summary>Creates the file if there is none, or nothing is in it. Either it has all properties afterwards or no
    /// content.</summary>
    internal static void Create(SqliteStore store, IReadOnlyDictionary<string, string> settings)
    {
        if (new FileInfo(store.Path) is { Exists: true, Length: > 0 })
            return;
        if (!Directory.Exists(Path.GetDirectoryName(store.Path)))
            throw new GodwitException(SqliteProblems.NoFolder(store.Path));
        using var database = Database.Open(store.Path, Code.OpenReadWrite | Code.OpenCreate, SqliteStore.Patience);
        Set(database, settings, PageSize);
        Set(database, settings, Encoding);
        Set(database, settings, AutoVacuum);
        database.Execute("BEGIN IMMEDIATE");
        Set(database, settings, ApplicationId);
        Set(database, settings, UserVersion);
        TargetSchema.CreateMade(database, store.Names);
        database.Execute("COMMIT");
    }

    /// <summary>Where Godwit has made the store: the source's journal mode, as far as it stays with the file.</summary>
    internal static void SetJournalMode(Database database, SqliteNames names, string? wanted)
    {
        if (string.Equals(wanted, "wal", StringComparison.OrdinalIgnoreCase) && TargetSchema.MadeStore(database, names))
            database.Execute("PRAGMA journal_mode = WAL");
    }

    /// <summary>What a store shall be created like.</summary>
    internal static Dictionary<string, string> Read(Database database) =>
        ((string[])[PageSize, Encoding, AutoVacuum, ApplicationId, UserVersion, JournalMode])
        .ToDictionary(name => name, name => database.Text($"PRAGMA main.{name}") ?? "");

    private static void Set(Database database, IReadOnlyDictionary<string, string> settings, string name)
    {
        if (settings.TryGetValue(name, out var value))
            database.Execute($"PRAGMA main.{name} = {Quote.Text(value)}");
    }
}
