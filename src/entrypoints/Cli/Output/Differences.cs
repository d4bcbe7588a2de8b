using System.Text.Json.Nodes;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Output;

/// <summary>Records that differ, down to the column.</summary>
internal static class Differences
{
    public static void Show(Report report, IReadOnlyList<RecordDifference> differences)
    {
        foreach (var record in differences)
        {
            report.Line($"  {record.Stream} {record.Key}: {record.Kind}");
            foreach (var column in record.Columns)
                report.Line($"    {column.Column}: {column.Source} at the source, {column.Target} at the target");
        }
    }

    public static JsonArray Json(IReadOnlyList<RecordDifference> differences) =>
        new([.. differences.Select(Json)]);

    private static JsonNode Json(RecordDifference record) => new JsonObject
    {
        ["stream"] = record.Stream,
        ["key"] = record.Key,
        ["kind"] = record.Kind,
        ["columns"] = new JsonArray([.. record.Columns.Select(one => (JsonNode)new JsonObject
        {
            ["column"] = one.Column,
            ["source"] = one.Source,
            ["target"] = one.Target,
        })]),
    };
}
