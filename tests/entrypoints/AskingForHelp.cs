namespace Godwit.Tests.Entrypoints;

public sealed class AskingForHelp : IDisposable
{
    private readonly Terminal _terminal = new();

    public static TheoryData<string> Commands =>
    [
        "", "init", "check", "plan", "run", "status", "verify", "cutover", "rollback", "finish", "abort", "pause",
        "resume", "receipt", "receipt verify",
    ];

    public void Dispose() => _terminal.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_explains_itself(string command)
    {
        var said = _terminal.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal(0, said.Code);
        var name = command.Length == 0 ? "godwit" : command.Replace(' ', '-');
        // The test program's name stands where the program's own would.
        var program = Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
        Golden.Matches(
            $"entrypoints/golden/help-{name}.txt", said.Output.Replace(program, "godwit", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_word_the_help_is_shown()
    {
        var said = _terminal.Run();

        Assert.Equal(2, said.Code);
        Assert.Contains("Moves live data and proves that it arrived.", said.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'cutover'?", "cutovre", "x")]
    [InlineData("Did you mean '--until'?", "run", "x.yaml", "--untill", "copied")]
    [InlineData("'FILE'", "run")]
    [InlineData("soon", "run", "x.yaml", "--until", "soon")]
    [InlineData("-o FILE", "receipt", "acme")]
    [InlineData("Name a migration", "receipt")]
    public void Wrong_usage_ends_with_2_and_says_what_is_wrong(string expected, params string[] args)
    {
        var said = _terminal.Run(args);

        Assert.Equal(2, said.Code);
        Assert.Contains("GW-CLI-018", said.Error, StringComparison.Ordinal);
        Assert.Contains(expected, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_usage_is_an_error_object_for_programs()
    {
        var said = _terminal.Run("run", "--json");

        Assert.Equal(2, said.Code);
        Assert.Equal("GW-CLI-018", (string?)said.Json["error"]!["code"]);
        Assert.Empty(said.Error);
    }
}
