using System.Globalization;

namespace Godwit.Connectors.PostgreSql;

/// <summary>What one migration installs in a server is called so that nothing else is.</summary>
/// <param name="mark">Of the migration.</param>
/// <param name="database">Its oid: both sides of a move may be databases of one server, and slots are the
/// server's.</param>
internal sealed class PostgreSqlNames(string mark, uint database)
{
    /// <summary>The schema that holds everything of every migration.</summary>
    internal const string Schema = "_godwit";

    /// <summary>What every publication, slot and trigger begins with.</summary>
    internal const string Everyone = "_godwit_";

    /// <summary>Tells migrations apart in tables that they share.</summary>
    internal string Mark { get; } = mark;

    internal string Publication { get; } = Everyone + mark;

    internal string Slot { get; } = string.Create(CultureInfo.InvariantCulture, $"{Everyone}{mark}_{database}");

    /// <summary>Prefix of the messages that are written into the log as markers.</summary>
    internal string Marker { get; } = Everyone + mark;

    /// <summary>Prefix of the message that begins the transactions in which this migration writes: the way back does
    /// not tell them.</summary>
    internal string Own { get; } = $"{Everyone}own_{mark}";

    internal string SayOwn => $"SELECT pg_logical_emit_message(true, '{Own}', '')";

    /// <summary>A sequence: 1 while the fence is down, 2 while it is up. Read without a snapshot.</summary>
    internal string Fence { get; } = $"{Schema}.fence_{mark}";

    /// <summary>The trigger function that stops writers.</summary>
    internal string FenceFunction { get; } = $"{Schema}.refuse_{mark}";

    internal string FenceTrigger { get; } = $"{Everyone}fence_{mark}";
}
