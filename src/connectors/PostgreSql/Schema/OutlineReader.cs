using System.Text.RegularExpressions;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>Reads what is defined for tables, as far as another family can say it too.</summary>
internal sealed partial class OutlineReader(NpgsqlConnection connection, CancellationToken cancellation)
{
    internal static async Task<IReadOnlyList<TableOutline>> Read(
        NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var reader = new OutlineReader(connection, cancellation);
        var outlines = new List<TableOutline>();
        foreach (var stream in streams)
            outlines.Add(await reader.Read(stream.Schema).ConfigureAwait(false));
        return outlines;
    }

    private async Task<TableOutline> Read(StreamSchema schema)
    {
        var table = $"{Quote.Text(Quote.Table(schema))}::regclass";
        var leftOut = new List<string>();
        var columns = await Columns(schema, table, leftOut).ConfigureAwait(false);
        var indexes = await Indexes(table, leftOut).ConfigureAwait(false);
        var references = await References(table).ConfigureAwait(false);
        var rest = await Query.Rows(connection, Rest(table), cancellation).ConfigureAwait(false);
        leftOut.AddRange(rest.Select(row => row[0]!));
        return new TableOutline(schema.Name, columns, indexes, references, leftOut);
    }

    private async Task<IReadOnlyList<ColumnOutline>> Columns(StreamSchema schema, string table, List<string> leftOut)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT a.attname, pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '',
              (SELECT n.nspname || '.' || q.relname FROM pg_depend p JOIN pg_class q ON q.oid = p.objid
                JOIN pg_namespace n ON n.oid = q.relnamespace
                WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND q.relkind = 'S'
                AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i') LIMIT 1)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = {table} AND a.attnum > 0 AND NOT a.attisdropped
            """,
            cancellation).ConfigureAwait(false);
        leftOut.AddRange(rows.Where(row => row[2] == "t").Select(row => $"the generated column {row[0]}"));
        var byName = rows.ToDictionary(row => row[0]!, StringComparer.Ordinal);
        return [.. schema.Columns.Select(column => Column(column, byName[column.Name], leftOut))];
    }

    private static ColumnOutline Column(ColumnSchema column, string?[] row, List<string> leftOut)
    {
        if (row[3] is { } counter)
            return new ColumnOutline(column.Name, null, counter);
        var value = row[1] is { } expression ? Literal(expression) : null;
        if (value is null && row[1] is not null)
            leftOut.Add($"the default of {column.Name}");
        return new ColumnOutline(column.Name, value, null);
    }

    private async Task<IReadOnlyList<IndexOutline>> Indexes(string table, List<string> leftOut)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT i.relname, x.indisunique, x.indpred IS NULL AND x.indexprs IS NULL AND m.amname = 'btree'
                AND NOT coalesce((SELECT bool_or(NOT l.collisdeterministic) FROM unnest(x.indcollation) c
                  JOIN pg_collation l ON l.oid = c), false),
              (SELECT string_agg(a.attname, E'\n' ORDER BY k.n)
                FROM unnest(x.indkey) WITH ORDINALITY AS k(att, n)
                JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.att WHERE k.n <= x.indnkeyatts)
            FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
            WHERE x.indrelid = {table} AND NOT x.indisprimary ORDER BY i.relname
            """,
            cancellation).ConfigureAwait(false);
        leftOut.AddRange(rows.Where(row => row[2] != "t").Select(row => $"the index {row[0]}"));
        return
        [
            .. rows.Where(row => row[2] == "t")
                .Select(row => new IndexOutline(row[0]!, row[1] == "t", row[3]!.Split('\n'))),
        ];
    }

    private async Task<IReadOnlyList<ReferenceOutline>> References(string table)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT (SELECT string_agg(a.attname, E'\n' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k(att, n)
                JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.att),
              s.nspname || '.' || p.relname,
              (SELECT string_agg(a.attname, E'\n' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY AS k(att, n)
                JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.att), f.confdeltype, f.confupdtype
            FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace s ON s.oid = p.relnamespace
            WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = {table} ORDER BY f.conname
            """,
            cancellation).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => new ReferenceOutline(
                new ForeignKey(row[0]!.Split('\n'), row[1]!, row[2]!.Split('\n')), Action(row[3]!), Action(row[4]!))),
        ];
    }

    private static string Rest(string table) =>
        $"""
        SELECT 'the trigger ' || tgname FROM pg_trigger
          WHERE tgrelid = {table} AND NOT tgisinternal AND tgname NOT LIKE '\_godwit\_%'
        UNION ALL SELECT 'the constraint ' || conname FROM pg_constraint
          WHERE conrelid = {table} AND contype IN ('c', 'x')
        UNION ALL SELECT DISTINCT 'the view ' || v.oid::regclass::text FROM pg_depend d
          JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
          WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = {table} AND v.relkind IN ('v', 'm')
        ORDER BY 1
        """;

    private static string Action(string letter) => letter switch
    {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "NO ACTION",
    };

    /// <summary>A default in words that others understand too; null when it has none.</summary>
    private static string? Literal(string expression)
    {
        if (expression is "now()" or "CURRENT_TIMESTAMP")
            return "CURRENT_TIMESTAMP";
        if (expression is "true" or "false")
            return expression == "true" ? "1" : "0";
        var match = Constant().Match(expression);
        return !match.Success ? null
            : match.Groups["null"].Success ? "NULL"
            : match.Groups["number"] is { Success: true } number ? number.Value
            : match.Groups["text"].Value;
    }

    [GeneratedRegex(
        """^\(?((?<null>NULL)|(?<number>-?[0-9]+(\.[0-9]+)?)|(?<text>'([^'\\]|'')*'))\)?(::[a-z_ "().0-9]+)?$""",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constant();
}
