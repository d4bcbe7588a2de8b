using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Verifying;

/// <summary>Asks the server which texts a column of a type that only it understands would give back
/// otherwise.</summary>
/// <remarks>The function that asks is temporary: it is the session's own, and nothing is written.</remarks>
internal sealed class ValueProbe(PostgreSqlSession session, StreamSchema schema)
{
    private const string Function =
        """
        CREATE OR REPLACE FUNCTION pg_temp._godwit_back(given text, type text) RETURNS text LANGUAGE plpgsql AS $godwit$
        DECLARE back text;
        BEGIN
          EXECUTE 'SELECT ($1::' || type || ')::text' INTO back USING given;
          RETURN CASE WHEN back = given COLLATE "C" THEN NULL
            ELSE 'it would come back as ' || coalesce(back, 'null') END;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR undefined_object THEN
          RETURN SQLERRM;
        END $godwit$
        """;

    internal Task<IReadOnlyList<Misfit>> Try(RecordBatch batch, CancellationToken cancellation)
    {
        var columns = Enumerable.Range(0, schema.Columns.Count)
            .Where(at => Wire.Of(schema.Columns[at]) == Wire.Cast).ToList();
        return columns.Count == 0 || batch.Count == 0
            ? Task.FromResult<IReadOnlyList<Misfit>>([])
            : session.Do<IReadOnlyList<Misfit>>(
                "try values",
                async connection =>
                {
                    await Query.Run(connection, Function, cancellation).ConfigureAwait(false);
                    var found = new List<Misfit>();
                    foreach (var column in columns)
                        found.AddRange(await Try(connection, batch, column, cancellation).ConfigureAwait(false));
                    return found;
                },
                cancellation);
    }

    private async Task<IEnumerable<Misfit>> Try(
        NpgsqlConnection connection, RecordBatch batch, int column, CancellationToken cancellation)
    {
        using var texts = new RecordBatch(1);
        var records = new List<int>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.KindAt(i, column) != ValueKind.Text)
                continue;
            texts.AppendFrom(batch, i, column);
            texts.EndRecord();
            records.Add(i);
        }
        if (records.Count == 0)
            return [];
        var type = Quote.Text(schema.Columns[column].Type);
        var found = new List<Misfit>();
        var one = new StreamSchema
        {
            Name = schema.Name,
            Columns = [new ColumnSchema("v", "text", Nullable: true)],
            KeyColumns = [0],
        };
        foreach (var (from, some) in KeySql.Unnest(one, texts))
        {
            var rows = await Query.Rows(
                connection,
                $"SELECT n, why FROM (SELECT k.n, pg_temp._godwit_back(k.k0, {type}) AS why FROM {some}) AS t"
                + " WHERE why IS NOT NULL ORDER BY n",
                cancellation).ConfigureAwait(false);
            found.AddRange(rows.Select(row => new Misfit(
                records[from + int.Parse(row[0]!, CultureInfo.InvariantCulture) - 1], column,
                Core.Problems.Printable.Text(row[1]!.TrimEnd('.')))));
        }
        return found;
    }
}
