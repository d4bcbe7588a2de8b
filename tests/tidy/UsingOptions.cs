using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

/// <summary>Users believe in options, so each one must do something.</summary>
public sealed partial class UsingOptions
{
    [Fact]
    public void Every_option_is_read() => Rules.Keeps(OptionsAreRead);

    [Theory]
    [InlineData("public sealed record CopyOptions { public int Rows { get; init; } = 2; }")]
    [InlineData("public sealed record CopyLimits(\n    int Rows,\n    TimeSpan? Pause = null);")]
    public void An_option_that_nobody_reads_is_noticed(string text) =>
        Rules.Notices(OptionsAreRead, ("src/engine/A.cs", text), ("src/engine/B.cs", "var a = options.Columns;"));

    [Fact]
    public void An_option_that_somebody_reads_is_not() => Rules.Allows(
        OptionsAreRead,
        ("src/engine/A.cs", "public sealed record CopyOptions { public int Rows { get; init; } = 2; }"),
        ("src/engine/B.cs", "for (var a = 0; a < options.Rows; a++)"));

    [Fact]
    public void Every_option_of_the_command_line_is_read() => Rules.Keeps(SwitchesAreRead);

    [Theory]
    [InlineData("var json = new Option<bool>(\"--json\"); command.Options.Add(json);")]
    [InlineData("private readonly Option<bool> json = new(\"--json\") { Description = \"a\" };\n Options.Add(json);")]
    public void An_option_of_the_command_line_that_nobody_reads_is_noticed(string text) =>
        Rules.Notices(SwitchesAreRead, ("src/entrypoints/Cli/A.cs", text));

    [Fact]
    public void An_option_of_the_command_line_that_is_read_is_not() => Rules.Allows(
        SwitchesAreRead,
        ("src/entrypoints/Cli/A.cs", "Option<bool> json = new(\"--json\"); Options.Add(json); result.GetValue(json);"));

    private static IEnumerable<Complaint> OptionsAreRead(House house)
    {
        var sources = house.CSharpUnder("src").ToArray();
        return from file in sources
               from record in OptionsRecord().Matches(file.Code)
               from property in Property().Matches(Body(file.Code, record.Index))
               let option = property.Groups["name"].Value
               let read = new Regex($@"\.{option}\b|\b{option}\s*:|\b{option}\s*(is|==|<|>)")
               where !sources.Any(source => read.IsMatch(source.Code))
               select new Complaint(file.At(record.Index), $"nobody reads '{option}'.", "Use it or delete it.");
    }

    private static IEnumerable<Complaint> SwitchesAreRead(House house)
    {
        var sources = house.CSharpUnder("src/entrypoints").ToArray();
        return from file in sources
               from declared in Switch().Matches(file.Code)
               let name = declared.Groups["name"].Value
               let read = new Regex($@"(?<!Add\()\b{name}\b(?!\s*=)")
               where !sources.Any(source => read.IsMatch(source.Code))
               select new Complaint(file.At(declared.Index), $"nobody reads option '{name}'.", "Use it or delete it.");
    }

    /// <summary>The type that begins here, to the bracket that closes it.</summary>
    private static string Body(string code, int start)
    {
        var depth = 0;
        for (var at = start; at < code.Length; at++)
        {
            depth += code[at] is '{' or '(' ? 1 : code[at] is '}' or ')' ? -1 : 0;
            if (depth == 0 && code[at] is ';' or '}')
                return code[start..at];
        }
        return code[start..];
    }

    [GeneratedRegex(@"\b(record|class|struct)\s+\w+(Options|Limits|Settings)\b")]
    private static partial Regex OptionsRecord();

    [GeneratedRegex(
        @"public\s+(required\s+)?[\w<>?,.\[\] ]+\s(?<name>[A-Z]\w*)\s*\{\s*get;"
        + @"|[(,]\s*[\w<>?.\[\]]+\s(?<name>[A-Z]\w*)\s*(?=[,)=])",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Property();

    [GeneratedRegex(
        @"Option<[^;=]*?>\??\s+(?<name>\w+)\s*(\{\s*get;\s*\}\s*)?=|\bvar\s+(?<name>\w+)\s*=\s*new\s+Option<",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Switch();
}
