namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>A table whose key is of one type: chunks are cut by it, rows are found by it, and it changes.</summary>
/// <param name="Keys">The first half is there before, the other half comes later.</param>
/// <param name="Alike">A key and another way to write an equal one, where equal keys may look different.</param>
internal sealed record KeyTable(string Name, string Type, string[] Keys, (string One, string Other)? Alike = null)
{
    private int Half => Keys.Length / 2;

    public string Create =>
        $"""
        CREATE TABLE {Name}(v int NOT NULL, k {Type} PRIMARY KEY);
        INSERT INTO {Name}(k, v) VALUES {Values(0, Half)};
        """;

    public string Change =>
        $"""
        INSERT INTO {Name}(k, v) VALUES {Values(Half, Keys.Length)};
        UPDATE {Name} SET v = v + 100 WHERE v % 2 = 0;
        DELETE FROM {Name} WHERE k = {Cast(Keys[0])};
        INSERT INTO {Name}(k, v) VALUES ({Keys[0]}, 1000);
        DELETE FROM {Name} WHERE k = {Cast(Keys[^1])};
        UPDATE {Name} SET k = {Keys[^1]} WHERE k = {Cast(Keys[1])};
        """
        + (Alike is var (one, other) ? $"UPDATE {Name} SET k = {other} WHERE k = {Cast(one)};" : "");

    /// <summary>After <see cref="Change"/>: the first row takes the key that has become free, and another comes in its
    /// place.</summary>
    public string ChangeAgain =>
        $"""
        UPDATE {Name} SET v = v + 7;
        UPDATE {Name} SET k = {Keys[1]} WHERE k = {Cast(Keys[0])};
        INSERT INTO {Name}(k, v) VALUES ({Keys[0]}, 2000);
        """;

    private string Cast(string key) => $"({key})::{Type.Split(" COLLATE")[0]}";

    private string Values(int from, int to) =>
        string.Join(", ", Enumerable.Range(from, to - from).Select(index => $"({Keys[index]}, {index})"));
}
