namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>A right that a role has on something.</summary>
/// <param name="Kind">TABLE, SEQUENCE or SCHEMA.</param>
/// <param name="Thing">Its name as SQL.</param>
/// <param name="Right">SELECT, or SELECT (column).</param>
/// <param name="Role">Its name as SQL; PUBLIC for everybody.</param>
/// <param name="Option">Whether it may be passed on.</param>
internal sealed record Grant(string Kind, string Thing, string Right, string Role, bool Option);
