namespace Godwit.Cli.Demo.Shop;

/// <summary>One row: a value of SQLite's five kinds for each column.</summary>
internal sealed record ShopRow(ShopTable Table, IReadOnlyList<object?> Values)
{
    public object? this[int column] => Values[column];

    /// <summary>As SQLite's <c>quote()</c> writes the key columns.</summary>
    public string Key => SqlText.Of(Values.Take(Table.Keys));

    /// <summary>As SQLite's <c>quote()</c> writes all columns: type and value of each.</summary>
    public string Text => SqlText.Of(Values);

    /// <summary>The same row with one other value.</summary>
    public ShopRow With(int column, object? value)
    {
        var values = Values.ToArray();
        values[column] = value;
        return new ShopRow(Table, values);
    }
}
