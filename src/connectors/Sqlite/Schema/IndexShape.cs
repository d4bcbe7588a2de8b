namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>One index of a table.</summary>
/// <param name="Name">The index, or SQLite's own name for a constraint's.</param>
/// <param name="Unique">Whether it refuses equal entries.</param>
/// <param name="OfPrimaryKey">Whether it is the table's primary key.</param>
/// <param name="Terms">What it is over.</param>
/// <param name="Where">For a partial index: its condition as written.</param>
/// <param name="Sql">Its definition; null for a constraint's.</param>
internal sealed record IndexShape(
    string Name, bool Unique, bool OfPrimaryKey, IReadOnlyList<IndexTerm> Terms, string? Where, string? Sql)
{
    /// <summary>Its name, or one that any database would take instead of SQLite's own for a constraint.</summary>
    internal string GivenName(string table) =>
        Sql is null ? $"{table}_{string.Join('_', Terms.Select(term => term.Column))}_key" : Name;
}
