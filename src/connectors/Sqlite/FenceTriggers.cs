using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite;

/// <summary>The texts of the triggers that refuse writes while the fence is up.</summary>
internal static class FenceTriggers
{
    /// <summary>The triggers of one stream: name and definition.</summary>
    internal static IReadOnlyList<(string Name, string Sql)> Of(
        SqliteNames names, ScopedStream stream, TableShape table, string message)
    {
        var isNew = ScopeSql.OfRow(stream, "NEW");
        var isOld = ScopeSql.OfRow(stream, "OLD");
        var own = Quote.Name(table.Name);

        // REPLACE would delete records in scope without firing DELETE triggers.
        var victims = UniqueClaim.OfNew(table).Select(claim =>
            $"EXISTS(SELECT 1 FROM {own} WHERE {claim.Held} AND {ScopeSql.OfRow(stream, own)})");
        var claims = string.Join(" OR ", victims.Prepend(isNew));
        return
        [
            Trigger("insert", "BEFORE INSERT", claims),
            Trigger("update", "BEFORE UPDATE", $"{isOld} OR {claims}"),
            Trigger("delete", "BEFORE DELETE", isOld),
        ];

        (string, string) Trigger(string what, string moment, string inScope)
        {
            var name = names.FenceTrigger(stream.Number, what);
            return (name,
                $"CREATE TRIGGER {Quote.Name(name)} {moment} ON {own}"
                + $" WHEN (SELECT fenced AND NOT applying FROM {Quote.Name(names.Control)})"
                + $" BEGIN SELECT RAISE(ABORT, {Quote.Text(message)}) WHERE {inScope}; END");
        }
    }
}
