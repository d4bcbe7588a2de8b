namespace Godwit.Connectors.Sqlite;

/// <summary>What one migration installs in a database is called so that nothing else is.</summary>
internal sealed class SqliteNames(string mark)
{
    /// <summary>What everything of every migration begins with.</summary>
    internal const string Everyone = "_godwit_";

    internal string Prefix { get; } = $"{Everyone}{mark}_";

    /// <summary>One row: whether Godwit itself is writing, and whether the fence is up.</summary>
    internal string Control => Prefix + "control";

    /// <summary>The journal of touched keys.</summary>
    internal string Changes => Prefix + "changes";

    /// <summary>What is followed, as it was defined when capture was installed.</summary>
    internal string Followed => Prefix + "followed";

    /// <summary>One row whose row number tells whether VACUUM has renumbered rows.</summary>
    internal string Canary => Prefix + "canary";

    /// <summary>How far changes have been applied.</summary>
    internal string Position => Prefix + "position";

    /// <summary>Which chunks are here.</summary>
    internal string Chunks => Prefix + "chunks";

    /// <summary>Which tables Godwit has made.</summary>
    internal string Made => Prefix + "made";

    /// <summary>Keys of records that were copied while their parent was not here.</summary>
    internal string Strays => Prefix + "strays";

    internal string StraysByKey => Prefix + "strays_by_key";

    internal string CaptureTrigger(int stream, string what) => $"{Prefix}capture_{stream}_{what}";

    internal string FenceTrigger(int stream, string what) => $"{Prefix}fence_{stream}_{what}";
}
