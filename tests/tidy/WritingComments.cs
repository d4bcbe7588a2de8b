using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class WritingComments
{
    [Fact]
    public void Every_promise_to_come_back_names_its_issue() => Rules.Keeps(PromisesAreIssues);

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */ a();")]
    public void A_promise_without_an_issue_is_noticed(string text) =>
        Rules.Notices(PromisesAreIssues, ("src/core/A.cs", text));

    [Fact]
    public void A_promise_with_an_issue_is_not() =>
        Rules.Allows(PromisesAreIssues, ("src/core/A.cs", "// TODO #214: a server before 9.6 has no such function"));

    [Fact]
    public void No_file_has_chapters() => Rules.Keeps(NoBanners);

    [Theory]
    [InlineData("#region Fields")]
    [InlineData("// ===== Reading =====")]
    [InlineData("//--------------------")]
    [InlineData("/***************")]
    public void A_banner_is_noticed(string text) => Rules.Notices(NoBanners, ("src/core/A.cs", "a();\n" + text + "\n"));

    [Fact]
    public void A_dash_in_a_sentence_is_not() =>
        Rules.Allows(NoBanners, ("src/core/A.cs", "// Not -- and never -- twice. a == b\n/** <summary>a</summary> */"));

    private static IEnumerable<Complaint> PromisesAreIssues(House house) =>
        from file in house.CSharp
        from promise in Promise().Matches(file.Comments)
        select new Complaint(
            file.At(promise.Index),
            $"'{promise.Value.Trim()}' is a promise that nobody can find.",
            "Open an issue and write its number here (#214), or do it now.");

    private static IEnumerable<Complaint> NoBanners(House house) =>
        from file in house.CSharp
        from banner in Region().Matches(file.Code).Concat(Banner().Matches(file.Comments))
        select new Complaint(
            file.At(banner.Index), "a file that needs chapters is two files.", "Split it, or let the names speak.");

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b(?!.*#\d)")]
    private static partial Regex Promise();

    [GeneratedRegex(@"#region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"(/[/*]+\s*|^\s*\*\s*)[-=*#~_]{4,}", RegexOptions.Multiline)]
    private static partial Regex Banner();
}
