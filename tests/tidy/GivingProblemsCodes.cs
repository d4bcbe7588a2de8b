using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class GivingProblemsCodes
{
    private const string Pages = "docs/problems";

    [Fact]
    public void Every_code_has_a_page() => Rules.Keeps(CodesHavePages);

    [Fact]
    public void A_code_without_a_page_is_noticed() =>
        Rules.Notices(CodesHavePages, ("src/core/A.cs", "new Problem(\"GW-ARC-003\");"));

    [Fact]
    public void Every_page_has_a_code() => Rules.Keeps(PagesHaveCodes);

    [Theory]
    [InlineData("docs/problems/GW-ARC-004.md", "# GW-ARC-004: it hurts")]
    [InlineData("docs/problems/it-hurts.md", "# It hurts")]
    public void A_page_without_a_code_is_noticed(string path, string text) =>
        Rules.Notices(PagesHaveCodes, (path, text), ("src/core/A.cs", "new Problem(\"GW-ARC-003\");"));

    [Fact]
    public void Every_page_is_titled_with_its_code_and_says_what_to_do() => Rules.Keeps(PagesHelp);

    [Theory]
    [InlineData("# The archive ends too early\n\n## What to do\n")]
    [InlineData("# GW-ARC-003: the archive ends too early\n")]
    public void A_page_that_does_not_help_is_noticed(string text) =>
        Rules.Notices(PagesHelp, ("docs/problems/GW-ARC-003.md", text));

    [Fact]
    public void Every_area_is_explained_in_the_index() => Rules.Keeps(AreasAreExplained);

    [Fact]
    public void An_area_that_nobody_explained_is_noticed() => Rules.Notices(
        AreasAreExplained,
        ("src/core/A.cs", "new Problem(\"GW-ARC-003\");"),
        (Pages + "/README.md", "| `GW-SQL` | SQLite |"));

    [Fact]
    public void A_code_is_used_for_one_thing_only() => Rules.Keeps(CodesAreUnique);

    [Fact]
    public void A_code_used_twice_is_noticed() => Assert.Equal(2, CodesAreUnique(House.Of(
        ("src/core/A.cs", "new Problem(\"GW-ARC-003\");"),
        ("src/core/B.cs", "new Problem(\"GW-ARC-003\");"))).Count());

    private static IEnumerable<Complaint> CodesHavePages(House house) =>
        from use in Uses(house)
        where house.Text($"{Pages}/{use.Code}.md").Length == 0
        select new Complaint(
            use.Place,
            $"{use.Code} has no page.",
            $"Write {Pages}/{use.Code}.md for whoever meets it at night; {Pages}/README.md shows how.");

    private static IEnumerable<Complaint> PagesHaveCodes(House house) =>
        from page in ProblemPages(house)
        where !Uses(house).Any(use => use.Code == Path.GetFileNameWithoutExtension(page.Name))
        select new Complaint(page.Path, "no code in src has this name.", "Delete the page, or correct its name.");

    private static IEnumerable<Complaint> PagesHelp(House house) =>
        from page in ProblemPages(house)
        let code = Path.GetFileNameWithoutExtension(page.Name)
        where !page.Text.StartsWith($"# {code}: ", StringComparison.Ordinal)
            || !page.Text.Contains("\n## What to do\n", StringComparison.Ordinal)
        select new Complaint(
            page.Path,
            "people search for the code and want a way out.",
            $"Begin with '# {code}: ' and add '## What to do'.");

    private static IEnumerable<Complaint> AreasAreExplained(House house) =>
        from use in Uses(house)
        let area = use.Code[..use.Code.LastIndexOf('-')]
        where !house.Text(Pages + "/README.md").Contains($"`{area}`", StringComparison.Ordinal)
        select new Complaint(use.Place, $"nobody knows what {area} stands for.", $"Add `{area}` to {Pages}/README.md.");

    private static IEnumerable<Complaint> CodesAreUnique(House house) =>
        from uses in Uses(house).GroupBy(use => use.Code, StringComparer.Ordinal)
        where uses.DistinctBy(use => use.Path, StringComparer.Ordinal).Count() > 1
        from use in uses
        select new Complaint(
            use.Place,
            $"{use.Code} is used in more than one file.",
            "Take the next free number, or make one file its only source.");

    private static IEnumerable<HouseFile> ProblemPages(House house) =>
        house.Under(Pages).Where(page => page.IsDocument && page.Name != "README.md");

    private static IEnumerable<(string Code, string Path, string Place)> Uses(House house) =>
        from file in house.CSharpUnder("src")
        from code in Code().Matches(file.Strings)
        select (code.Value, file.Path, file.At(code.Index));

    [GeneratedRegex(@"\bGW-[A-Z]{2,4}-\d{3}\b")]
    private static partial Regex Code();
}
