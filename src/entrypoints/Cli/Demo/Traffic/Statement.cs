namespace Godwit.Cli.Demo.Traffic;

/// <summary>One statement of a transaction.</summary>
/// <param name="Values">For <c>$p0</c>, <c>$p1</c>…</param>
/// <param name="Rows">How many rows it changes while nothing is lost.</param>
internal sealed record Statement(string Sql, IReadOnlyList<object?> Values, int Rows);
