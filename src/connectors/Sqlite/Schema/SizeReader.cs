using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Estimates how many records a stream has and how big they are.</summary>
internal static class SizeReader
{
    private const long CountUpTo = 1L << 30;
    private const int Sampled = 200;

    internal static StreamSchema Estimate(Database database, StreamSchema stream)
    {
        var records = Records(database, stream);
        var bytes = (long)(records * RecordBytes(database, stream));
        return stream with { EstimatedRecords = records, EstimatedBytes = bytes };
    }

    // Counting reads the whole table: only where the file is small enough for that to be quick.
    private static long Records(Database database, StreamSchema stream)
    {
        var table = Quote.Name(stream.Name);
        if (database.Number("PRAGMA main.page_count") * database.Number("PRAGMA main.page_size") <= CountUpTo)
            return database.Number($"SELECT count(*) FROM main.{table}") ?? 0;
        if (SqliteControl.Exists(database, "sqlite_stat1")
            && database.Number(
                $"SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = {Quote.Text(stream.Name)}") is { } known)
        {
            return known;
        }
        var first = KeySql.Name(stream.Columns[stream.KeyColumns[0]]);
        return stream.Columns[stream.KeyColumns[0]].Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase)
            && stream.KeyColumns.Count == 1
                ? database.Number($"SELECT 1 + (SELECT max({first}) FROM {table})"
                    + $" - (SELECT min({first}) FROM {table})") ?? 0
                : database.Number($"SELECT count(*) FROM main.{table}") ?? 0;
    }

    private static double RecordBytes(Database database, StreamSchema stream)
    {
        using var one = new RecordBatch(stream.Columns.Count);
        var (records, bytes) = (0, 0L);
        using var rows = database.Prepare(
            $"SELECT {KeySql.AllColumns(stream, "t")} FROM main.{Quote.Name(stream.Name)} AS t LIMIT {Sampled}");
        while (rows.Step())
        {
            // Records may be large: no two are held at once.
            one.Clear();
            rows.AppendTo(one, 0, stream.Columns.Count);
            (records, bytes) = (records + 1, bytes + one.Size);
        }
        return records == 0 ? 0 : (double)bytes / records;
    }
}
