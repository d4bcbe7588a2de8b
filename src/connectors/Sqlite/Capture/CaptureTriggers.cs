using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Capture;

/// <summary>The texts of the triggers that journal every key that is touched.</summary>
/// <remarks>
/// They journal keys, not records: a key too many does no harm, because the present record is read when the change is
/// applied. "Moved" marks entries after which children may belong to another scope, though they were not written to.
/// </remarks>
internal static class CaptureTriggers
{
    /// <summary>The triggers of one stream: name and definition, as SQLite will remember it.</summary>
    internal static IReadOnlyList<(string Name, string Sql)> Of(SqliteNames names, FollowedStream followed,
        TableShape table)
    {
        var scoped = followed.Stream.Kind == ScopeKind.ByColumn;
        var isNew = scoped ? ScopeSql.OfRow(followed.Stream, "NEW") : "1";
        var isOld = scoped ? ScopeSql.OfRow(followed.Stream, "OLD") : "1";
        var idle = $"(SELECT applying FROM {Quote.Name(names.Control)}) = 0";
        var whenUpdated = $"{idle} AND ({isNew} OR {isOld})";
        return
        [
            Trigger("insert", "AFTER INSERT", $"{idle} AND {isNew}", Journal("NEW", "1")),
            Trigger("delete", "AFTER DELETE", $"{idle} AND {isOld}", Journal("OLD", "1")),
            Trigger("update", "AFTER UPDATE", whenUpdated, Journal("NEW", Moved(followed)) + JournalOldKey()),
            Trigger("claim_insert", "BEFORE INSERT", idle, Victims(_ => "1")),
            Trigger("claim_update", "BEFORE UPDATE", idle, Victims(claim => $"({claim.Changed})")),
        ];

        (string, string) Trigger(string what, string moment, string when, string body)
        {
            var name = names.CaptureTrigger(followed.Stream.Number, what);
            return (name,
                $"CREATE TRIGGER {Quote.Name(name)} {moment} ON {Quote.Name(table.Name)} WHEN {when} BEGIN {body}END");
        }

        string Insert() =>
            $"INSERT INTO {Quote.Name(names.Changes)} (stream, "
                + $"moved, {CaptureJournal.Columns(followed.Journalled.Count)})";

        string Values(string row) =>
            string.Join(", ", followed.Journalled.Select((_, i) => followed.Column(row, i)));

        string Journal(string row, string moved) =>
            $"{Insert()} VALUES ({followed.Stream.Number}, {moved}, {Values(row)}); ";

        string JournalOldKey() =>
            $"{Insert()} SELECT {followed.Stream.Number}, 1, {Values("OLD")} WHERE NOT ({SameKey(followed)}); ";

        string Victims(Func<UniqueClaim, string> condition) => string.Concat(UniqueClaim.OfNew(table).Select(claim =>
            $"{Insert()} SELECT {followed.Stream.Number}, 1, {Values(Quote.Name(table.Name))} "
                + $"FROM {Quote.Name(table.Name)}"
            + $" WHERE {condition(claim)} AND {claim.Held}"
            + (scoped ? $" AND {ScopeSql.OfRow(followed.Stream, Quote.Name(table.Name))}; " : "; ")));
    }

    private static string SameKey(FollowedStream followed) => string.Join(
        " AND ", followed.Journalled.Select((_, i) => Same(followed.Column("OLD", i), followed.Column("NEW", i))));

    // Bytewise, whatever the column's collation: a spelling that changes is a change.
    private static string Same(string old, string now) => $"{old} IS {now} COLLATE BINARY";

    // Without children nobody asks.
    private static string Moved(FollowedStream followed)
    {
        if (followed.Children.Count == 0)
            return "0";
        var stream = followed.Stream;
        var deciding = stream.Kind switch
        {
            ScopeKind.ByColumn => [stream.Schema.Columns[stream.TenantColumn].Name],
            ScopeKind.ByParent => stream.Path!.Columns,
            ScopeKind.Everything => [],
            _ => throw new InvalidOperationException($"Scope kind {stream.Kind}."),
        };
        var same = deciding.Select(column => Same($"OLD.{Quote.Name(column)}", $"NEW.{Quote.Name(column)}"));
        return $"NOT ({string.Join(" AND ", same.Prepend(SameKey(followed)))})";
    }
}
