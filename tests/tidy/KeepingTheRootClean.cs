namespace Godwit.Tests.Tidy;

public sealed class KeepingTheRootClean
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        ".ci", ".editorconfig", ".git", ".gitattributes", ".github", ".gitignore",
        "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Godwit.slnx", "global.json",
        "artifacts", "bench", "dev", "docs", "eng", "godwit", "src", "tests",
        ".vs", ".vscode", ".idea",
    };

    [Fact]
    public void The_root_holds_only_what_everybody_needs() => Rules.Keeps(NothingElse);

    [Theory]
    [InlineData("PLAN.md")]
    [InlineData("old/Copier.cs")]
    public void Debris_is_noticed(string path) =>
        Assert.Equal(path.Split('/')[0], Assert.Single(NothingElse(House.Of((path, "")))).Place);

    private static IEnumerable<Complaint> NothingElse(House house) =>
        from entry in house.RootEntries
        where !Allowed.Contains(entry)
        select new Complaint(
            entry,
            "the root is what a visitor sees first, and this is not on its list.",
            "Plans are issues, decisions go to docs/decisions, code to src. Or add it to KeepingTheRootClean.Allowed.");
}
