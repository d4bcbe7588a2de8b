using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo;

/// <summary>What <c>godwit status --json</c> calls progress, read from the file that the runner writes.</summary>
internal sealed class RunPicture(ShopFolder folder)
{
    private JsonObject _picture = [];

    public string Phase => (string?)_picture["phase"] ?? "starting";

    public string Verdict => (string?)_picture["verification"]?["verdict"] ?? "undecided";

    public string Problem => _picture["problem"] is { } problem ? $"{problem["code"]}: {problem["what"]}" : "";

    /// <summary>Rows that the copy brought.</summary>
    public long Rows => Sum(0, "records_done");

    public long RowsExpected => Sum(0, "records");

    public long Files => Sum(1, "records_done");

    public long Changes => Moves.Sum(one => (long?)one!["changes_applied"] ?? 0);

    private IEnumerable<JsonNode?> Moves => _picture["moves"]?.AsArray() ?? [];

    public void Look()
    {
        try
        {
            var path = Path.Combine(folder.State, ShopFolder.Migration, "progress.json");
            _picture = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? _picture;
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            // Nothing is drawn yet.
        }
    }

    public override string ToString() => Problem.Length > 0 ? $"{Phase}, held up by {Problem}" : $"{Phase}, {Verdict}";

    private long Sum(int move, string field) =>
        Moves.ElementAtOrDefault(move)?["streams"]!.AsArray().Sum(one => (long?)one![field] ?? 0) ?? 0;
}
