using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Core.Problems;

namespace Godwit.Cli.Output;

/// <summary>What a command says: text for people, or one JSON object for programs.</summary>
internal sealed class Report(Surroundings surroundings, bool json)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => json;

    /// <summary>Where progress goes: away from the result.</summary>
    public TextWriter Progress => json ? surroundings.Error : surroundings.Output;

    public bool ProgressIsTerminal => json ? surroundings.ErrorIsTerminal : surroundings.OutputIsTerminal;

    /// <summary>A line for people; programs do not see it.</summary>
    public void Line(string text = "")
    {
        if (!json)
            surroundings.Output.WriteLine(text);
    }

    /// <summary>Rows for people; the first column is text, the others are numbers.</summary>
    public void Table(IReadOnlyList<string> titles, IEnumerable<string[]> rows)
    {
        string[][] all = [[.. titles], .. rows];
        var widths = titles.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
            Line(string.Join("  ", row.Select((cell, column) =>
                column == 0 ? "  " + cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary>The result for programs; people do not see it.</summary>
    public void Result(JsonObject result)
    {
        if (!json)
            return;
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
            result.WriteTo(writer);
        surroundings.Output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Why the command failed: all that a program hears of it.</summary>
    public void Error(Problem problem) => Error([problem], []);

    /// <param name="problems">At least one; the first is the error, the others stand beside it.</param>
    public void Error(IReadOnlyList<Problem> problems, JsonObject beside)
    {
        foreach (var problem in problems)
            Problem(problem);
        beside.Insert(0, "error", Json(problems[0]));
        if (problems.Count > 1)
            beside["problems"] = new JsonArray([.. problems.Select(Json)]);
        Result(beside);
    }

    /// <summary>A problem for people, in red on a terminal.</summary>
    public void Problem(Problem problem)
    {
        if (json)
            return;
        var (red, plain) = Colours(problem.Recovery == Recovery.Retry ? "\e[33m" : "\e[31m");
        surroundings.Error.WriteLine($"{red}{problem.Code}: {problem.What}{plain}");
        surroundings.Error.WriteLine($"  {problem.Why}");
        surroundings.Error.WriteLine($"  {problem.Remedy}");
    }

    /// <summary>Something for whoever has to find a fault in Godwit.</summary>
    public void Trace(string text) => surroundings.Error.WriteLine(text);

    public static JsonNode Json(Problem problem) => new JsonObject
    {
        ["code"] = problem.Code,
        ["what"] = problem.What,
        ["why"] = problem.Why,
        ["remedy"] = problem.Remedy,
    };

    private (string On, string Off) Colours(string colour) =>
        surroundings.ErrorIsTerminal && string.IsNullOrEmpty(surroundings.Variable("NO_COLOR"))
            ? (colour, "\e[0m")
            : ("", "");
}
