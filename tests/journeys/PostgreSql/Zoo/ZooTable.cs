namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>A table whose rows are edge values, and statements by which each of them also passes through the
/// log.</summary>
/// <param name="Columns">As CREATE TABLE takes them, but for the key <c>id</c> and the column <c>note</c>.</param>
/// <param name="Rows">Values in the columns' order.</param>
internal sealed record ZooTable(string Name, string[] Columns, string[] Rows)
{
    /// <summary>Run before the table is made: types and extensions.</summary>
    public string Before { get; init; } = "";

    private string Names => string.Join(", ", Columns.Select(column => column.Split(' ')[0]));

    public string Create =>
        $"""
        {Before};
        CREATE TABLE {Name}(id int PRIMARY KEY, note text, {string.Join(", ", Columns)});
        INSERT INTO {Name}(id, {Names}) VALUES {string.Join(",\n  ", Rows.Select((row, id) => $"({id}, {row})"))};
        INSERT INTO {Name}(id, note) VALUES (99, 'nothing');
        """;

    /// <summary>Every value is inserted again, written over another, left alone, moved with its key, deleted.</summary>
    public string Change =>
        $"""
        INSERT INTO {Name}(id, note, {Names}) SELECT id + 100, 'again', {Names} FROM {Name};
        UPDATE {Name} SET note = 'touched' WHERE id % 3 = 0;
        BEGIN;
        INSERT INTO {Name}(id, {Names}) SELECT id + 200, {Names} FROM {Name} WHERE id < {Rows.Length};
        UPDATE {Name} t SET note = 'over', ({Names}) =
          (SELECT {Names} FROM {Name} o WHERE o.id = (t.id - 200 + 1) % {Rows.Length}) WHERE id BETWEEN 200 AND 298;
        COMMIT;
        UPDATE {Name} SET id = id + 1000 WHERE id % 4 = 1 AND id < 1000;
        DELETE FROM {Name} WHERE id % 7 = 6 OR id = 200;
        """;

    /// <summary>The same another time, after <see cref="Change"/>.</summary>
    public string ChangeAgain =>
        $"""
        UPDATE {Name} SET note = coalesce(note, '') || ' again';
        INSERT INTO {Name}(id, note, {Names}) SELECT id + 5000, 'later', {Names} FROM {Name} WHERE id < 100;
        UPDATE {Name} SET id = id + 20000 WHERE id % 6 = 0;
        DELETE FROM {Name} WHERE id % 5 = 3;
        """;
}
