namespace Godwit.Tests.Servers;

/// <summary>Compares two databases through psql, with settings that show every bit: no code of Godwit's takes
/// part.</summary>
internal sealed class PostgreSqlComparison(PostgreSqlDatabase source, PostgreSqlDatabase target)
{
    private const string OfUsers =
        """
        n.nspname !~ '^(pg_|information_schema$|_godwit)' AND NOT EXISTS
          (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
        """;

    /// <summary>Rows that are not the same in both, of all tables of the source; empty when there are none.</summary>
    public async Task<string> Rows()
    {
        // One statement a table, the same on both sides: the same columns in the same order, whatever theirs is.
        var tables = (await source.Run(Tables)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return await Difference(string.Join(";\n", tables));
    }

    /// <summary>Definitions that are not the same in both; empty when there are none.</summary>
    public Task<string> Definitions() => Difference($"COPY ({PostgreSqlDefinitions.All}) TO STDOUT");

    /// <summary>Sequences of the source that stand elsewhere at the target.</summary>
    public Task<string> Sequences() => Difference(
        "COPY (SELECT schemaname, sequencename, last_value FROM pg_sequences "
            + "WHERE schemaname !~ '^_godwit') TO STDOUT");

    private static string Tables =>
        $"""
        SELECT format('COPY (SELECT %L, %s FROM ONLY %I.%I) TO STDOUT', n.nspname || '.' || c.relname,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), n.nspname, c.relname)
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relkind IN ('r', 'm') AND {OfUsers} GROUP BY n.nspname, c.relname ORDER BY 1
        """;

    /// <summary>Lines that only one side has. Sorted by bytes: the servers' own orders may differ.</summary>
    private async Task<string> Difference(string sql)
    {
        const string script =
            """
            export LC_ALL=C
            sql=$(cat)
            read_rows() {
              psql -X -q -v ON_ERROR_STOP=1 -d "$1" <<< "$sql" | sort
              [ "${PIPESTATUS[0]}" -eq 0 ] || echo "not read: $1"
            }
            comm -3 <(read_rows "$1") <(read_rows "$2") | head -n 40 | awk '{
              line = sub(/^\t/, "") ? "target: " $0 : "source: " $0
              long = length(line) > 500
              print long ? substr(line, 1, 400) " … " substr(line, length(line) - 40) : line
            }'
            """;
        var (_, said, error) = await new Command("bash", "-c", script, "compare", source.Address, target.Address)
        {
            World = new Dictionary<string, string>
            {
                ["PGOPTIONS"] = "-c timezone=UTC -c datestyle=ISO,YMD -c intervalstyle=postgres "
                    + "-c extra_float_digits=1 -c bytea_output=hex -c xmloption=content -c search_path=",
                ["PGCLIENTENCODING"] = "UTF8",
            },
            Input = sql,
        }.TryRun();
        return $"{said}{error}".TrimEnd('\n');
    }
}
