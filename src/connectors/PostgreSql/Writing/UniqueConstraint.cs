using System.Text.RegularExpressions;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>A primary key or unique constraint that is made in two steps: its index, then the constraint from
/// it.</summary>
/// <remarks>To add the constraint at once locks the table against everybody for as long as the index takes; an index of
/// its own is made beside the other indexes of the table, and the constraint then takes a moment.</remarks>
internal sealed partial class UniqueConstraint
{
    private readonly string _columns;
    private readonly string _kind;
    private readonly string _end;

    private UniqueConstraint(Match match)
    {
        (Table, Name) = (match.Groups["table"].Value, match.Groups["name"].Value);
        (_kind, _end) = (match.Groups["kind"].Value, match.Groups["deferrable"].Value + match.Groups["rest"].Value);
        _columns = match.Groups["columns"].Value
            + match.Groups["include"].Value
            + match.Groups["nulls"].Value;
    }

    /// <summary>As SQL writes it.</summary>
    internal string Table { get; }

    /// <summary>Of the constraint and of its index; as SQL writes it.</summary>
    internal string Name { get; }

    internal string Index => $"CREATE UNIQUE INDEX {Name} ON {Table} {_columns}";

    internal string Constraint => $"ALTER TABLE ONLY {Table} ADD CONSTRAINT {Name} {_kind} USING INDEX {Name}{_end}";

    /// <summary>Selects a row when the constraint is there.</summary>
    internal string IsThere =>
        $"""
        SELECT 1 FROM pg_constraint WHERE conrelid = {Quote.Text(Table)}::regclass
        AND conname = {Quote.Text(Name.Trim('"'))}
        """;

    /// <summary>Selects a row when the table is one that takes constraints from indexes: a partitioned one does
    /// not.</summary>
    internal string IsPlain => $"SELECT 1 FROM pg_class WHERE oid = {Quote.Text(Table)}::regclass AND relkind = 'r'";

    /// <returns>Null when the definition is of another kind, or says more than is understood here.</returns>
    internal static UniqueConstraint? Of(DumpItem item) =>
        item.Type == "CONSTRAINT" && Form().Match(item.Sql) is { Success: true } match
            ? new UniqueConstraint(match)
            : null;

    private const string OneName = "(\"[^\"]+\"|[^\\s\".(]+)";

    [GeneratedRegex(
        $@"^[-\s]*ALTER TABLE ONLY (?<table>{OneName}\.{OneName})\s+ADD CONSTRAINT (?<name>{OneName}) "
        + @"(?<kind>PRIMARY KEY|UNIQUE)(?<nulls> NULLS NOT DISTINCT)? (?<columns>\([^()]+\))"
        + @"(?<include> INCLUDE \([^()]+\))?(?<deferrable> DEFERRABLE( INITIALLY DEFERRED)?)?(?<rest>;.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Form();
}
