using Godwit.Connectors.Sqlite.Sql;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>What a new record claims for itself alone: its row number, its key, a unique value.</summary>
/// <param name="Columns">For people: the columns, or the expressions.</param>
/// <param name="Held">The condition by which a record of the table holds what the new one claims.</param>
/// <param name="Changed">In a trigger: the condition by which an update claims something else than before.</param>
/// <remarks>
/// REPLACE deletes the records that hold it without firing DELETE triggers (unless the writer has set
/// recursive_triggers). So whoever must know of every deleted record looks for the holders before the write.
/// </remarks>
internal sealed record UniqueClaim(string Columns, string Held, string Changed)
{
    /// <summary>The claims of the record that a trigger calls NEW.</summary>
    internal static IEnumerable<UniqueClaim> OfNew(TableShape table) => Of(table, name => $"NEW.{name}");

    /// <summary>The claims of a record whose values are written by a function from quoted column names.</summary>
    /// <param name="table">Where the record shall go.</param>
    /// <param name="value">Null for a column that the record does not carry; claims over it are left out.</param>
    internal static IEnumerable<UniqueClaim> Of(TableShape table, Func<string, string?> value)
    {
        var own = Quote.Name(table.Name);
        if (table.RowIdName is { } rowId)
        {
            var name = table.RowIdAlias is null ? rowId : Quote.Name(rowId);
            if (value(name) is { } claimed)
                yield return new UniqueClaim(rowId, $"{own}.{name} = {claimed}", $"NEW.{name} IS NOT OLD.{name}");
        }
        foreach (var index in table.Indexes.Where(index => index.Unique))
        {
            if (HeldBy(table, index, own, value) is { } held)
                yield return new UniqueClaim(Shown(index), held, ChangedIn(index));
        }
    }

    private static string Shown(IndexShape index) =>
        string.Join(", ", index.Terms.Select(term => term.Column ?? term.Expression));

    private static string? HeldBy(TableShape table, IndexShape index, string own, Func<string, string?> value)
    {
        var terms = new List<string>();
        foreach (var term in index.Terms)
        {
            var claimed = term.Column is { } column
                ? value(Quote.Name(column))
                : Computed(table, term.Expression!, value);
            if (claimed is null)
                return null;
            terms.Add(term.Column is null
                ? $"({term.Expression}) = {claimed}"
                : $"{own}.{Quote.Name(term.Column)}{Collate(table, term)} = {claimed}");
        }
        if (index.Where is { } where)
            terms.Add($"({where})");
        return string.Join(" AND ", terms);
    }

    // A record may enter a partial index, or an expression may change, without a change in the columns of the index.
    private static string ChangedIn(IndexShape index) =>
        index.Where is not null || index.Terms.Any(term => term.Column is null)
            ? "1"
            : string.Join(" OR ", index.Terms.Select(term =>
                $"NEW.{Quote.Name(term.Column!)} IS NOT OLD.{Quote.Name(term.Column!)} COLLATE BINARY"));

    // Lets an expression be computed over the new record by its own text.
    private static string? Computed(TableShape table, string expression, Func<string, string?> value)
    {
        var columns = table.Columns.Select(column => Quote.Name(column.Name)).ToArray();
        var values = string.Join(", ", columns.Select(one => $"{value(one)} AS {one}"));
        return columns.Any(column => value(column) is null) ? null : $"(SELECT {expression} FROM (SELECT {values}))";
    }

    private static string Collate(TableShape table, IndexTerm term) =>
        string.Equals(table.Column(term.Column!)?.Collation, term.Collation, StringComparison.OrdinalIgnoreCase)
            ? ""
            : $" COLLATE {Quote.Name(term.Collation)}";
}
