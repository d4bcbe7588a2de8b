namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A row of the shop, or all lines of an order.</summary>
/// <param name="Key">As PostgreSQL prints it; | between the columns.</param>
internal readonly record struct RowName(string Table, string Key)
{
    public override string ToString() => $"{Table} {Key}";
}
