namespace Godwit.Tests.Tidy;

public sealed class KeepingFilesSmall
{
    private const int FileLines = 400;
    private const int ProgramLines = 40;
    private const int LineLength = 120;

    [Fact]
    public void No_file_has_more_than_400_lines() => Rules.Keeps(FilesAreShort);

    [Fact]
    public void A_long_file_is_noticed() =>
        Rules.Notices(FilesAreShort, ("src/core/Long.cs", new string('\n', FileLines + 1)));

    [Fact]
    public void No_program_has_more_than_40_lines() => Rules.Keeps(ProgramsAreShort);

    [Fact]
    public void A_long_program_is_noticed() =>
        Rules.Notices(ProgramsAreShort, ("src/entrypoints/Cli/Program.cs", new string('\n', ProgramLines + 1)));

    [Fact]
    public void No_line_is_longer_than_120_characters() => Rules.Keeps(LinesAreShort);

    [Fact]
    public void A_long_line_is_noticed() =>
        Rules.Notices(LinesAreShort, ("src/core/Wide.cs", "a\n" + new string('b', LineLength + 1)));

    private static IEnumerable<Complaint> FilesAreShort(House house) =>
        from file in house.Files
        where file.IsCSharp || file.Path.EndsWith(".sh", StringComparison.Ordinal)
        where Lines(file) > FileLines
        select new Complaint(
            file.Path,
            $"{Lines(file)} lines; {FileLines} is the end.",
            "It holds two ideas: give the second its own file.");

    private static IEnumerable<Complaint> ProgramsAreShort(House house) =>
        from file in house.CSharpUnder("src")
        where file.Name == "Program.cs" && Lines(file) > ProgramLines
        select new Complaint(
            file.Path, $"{Lines(file)} lines; {ProgramLines} is the end.", "A command is a class; wiring is one file.");

    private static IEnumerable<Complaint> LinesAreShort(House house) =>
        from file in house.CSharp
        from line in file.Text.Split('\n').Index()
        where line.Item.Length > LineLength
        select new Complaint(
            $"{file.Path}:{line.Index + 1}",
            $"{line.Item.Length} characters; {LineLength} is the end.",
            "Break it where a reader would take a breath.");

    private static int Lines(HouseFile file) => file.Text.AsSpan().Count('\n');
}
