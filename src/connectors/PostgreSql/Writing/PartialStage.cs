using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Records of one stream that were told in part, all of the same columns, in a temporary table.</summary>
/// <remarks>A value that is stored apart and has not changed stays where it is: it is neither sent nor
/// written.</remarks>
internal sealed class PartialStage(ScopedStream stream, IReadOnlyList<int> columns, string name)
{
    private StreamSchema Schema => stream.Schema;

    internal string Create => Staging.CreatePart(stream, name, columns);

    internal string Name => name;

    /// <summary>Whether the records are of this stage.</summary>
    internal bool Takes(StreamRecords records) =>
        records.Stream.Number == stream.Number && records.Columns!.SequenceEqual(columns);

    /// <summary>Moves records that are not here to the stage of whole ones, read anew where they come from.</summary>
    /// <returns>How many were not here.</returns>
    internal async Task<int> Complete(
        NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellation)
    {
        using var lacking = await CopyReader.ReadAll(
            connection, $"SELECT {KeySql.Select(Schema, "p")} FROM {name} AS p WHERE NOT {IsHere}",
            Wire.Of(KeySql.Columns(Schema)), cancellation).ConfigureAwait(false);
        if (lacking.Count == 0)
            return 0;
        using var whole = await batch.Whole(stream, lacking, cancellation).ConfigureAwait(false);
        var writer = await CopyWriter.Begin(connection, Staging.Name(stream, "r"), cancellation).ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        await writer.Add(whole, whole.ColumnCount, cancellation).ConfigureAwait(false);
        await writer.Complete(cancellation).ConfigureAwait(false);
        await Query.Run(connection, $"DELETE FROM {name} AS p WHERE NOT {IsHere}", cancellation).ConfigureAwait(false);
        return lacking.Count;
    }

    /// <summary>Writes the columns that were told.</summary>
    internal string Update
    {
        get
        {
            var set = columns.Where(index => !Schema.KeyColumns.Contains(index)).Select(Column)
                .Select(column => $"{column} = p.{column}");
            return $"UPDATE {Quote.Table(Schema)} AS t SET {string.Join(", ", set)} FROM {name} AS p"
                + $" WHERE {KeySql.SameRecord(Schema, "t", "p")} AND {ScopeSql.OfOursHere(stream, "t")}";
        }
    }

    /// <summary>Copies the records to the stage of whole ones, with what is here of the rest.</summary>
    internal string MakeWhole
    {
        get
        {
            var all = Enumerable.Range(0, Schema.Columns.Count).ToList();
            var values = all.Select(index => $"{(columns.Contains(index) ? "p" : "t")}.{Column(index)}");
            return $"INSERT INTO {Staging.Name(stream, "r")} ({string.Join(", ", all.Select(Column))})"
                + $" SELECT {string.Join(", ", values)} FROM {name} AS p JOIN {Quote.Table(Schema)} AS t"
                + $" ON {KeySql.SameRecord(Schema, "t", "p")} WHERE {ScopeSql.OfOursHere(stream, "t")}";
        }
    }

    private string IsHere => $"EXISTS(SELECT 1 FROM {Quote.Table(Schema)} AS t"
        + $" WHERE {KeySql.SameRecord(Schema, "t", "p")} AND {ScopeSql.OfOursHere(stream, "t")})";

    private string Column(int index) => Quote.Name(Schema.Columns[index].Name);
}
