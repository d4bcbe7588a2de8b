using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class NamingThings
{
    private static readonly string[] EmptyWords =
        ["Utils", "Util", "Helper", "Helpers", "Manager", "Common", "Base", "Impl", "Misc"];

    [Fact]
    public void No_file_name_is_an_empty_word() => Rules.Keeps(FilesSaySomething);

    [Theory]
    [InlineData("src/core/Records/RowHelper.cs")]
    [InlineData("src/engine/Utils.cs")]
    [InlineData("tests/core/StoreBase.cs")]
    public void An_empty_word_is_noticed(string path) => Rules.Notices(FilesSaySomething, (path, ""));

    [Fact]
    public void A_word_that_merely_ends_alike_is_not() =>
        Rules.Allows(FilesSaySomething, ("src/connectors/Kit/Database.cs", ""), ("docs/utils.md", ""));

    [Fact]
    public void Every_test_name_is_a_sentence() => Rules.Keeps(TestsAreSentences);

    [Theory]
    [InlineData("[Fact] public void The_target_should_be_equal() {}")]
    [InlineData("[Fact]\n    public async Task CopyRows_Ok() {}")]
    [InlineData("[Theory]\n    [InlineData(1)]\n    public void TestCopy(int rows) {}")]
    public void A_test_name_that_is_no_sentence_is_noticed(string test) =>
        Rules.Notices(TestsAreSentences, ("tests/core/Copying.cs", test));

    [Fact]
    public void A_test_name_that_is_a_sentence_is_not() =>
        Rules.Allows(TestsAreSentences, ("tests/core/Copying.cs", "[Fact] public void Two_rows_stay_two() {}"));

    private static IEnumerable<Complaint> FilesSaySomething(House house) =>
        from file in house.CSharp
        let name = Path.GetFileNameWithoutExtension(file.Name)
        let word = Array.Find(EmptyWords, word => name.EndsWith(word, StringComparison.Ordinal))
        where word is not null
        select new Complaint(file.Path, $"'{word}' says nothing.", "Name what it does: Pool, Clock, Parser, Ledger…");

    private static IEnumerable<Complaint> TestsAreSentences(House house) =>
        from file in house.CSharpUnder("tests")
        from test in TestMethod().Matches(file.Code)
        let name = test.Groups["name"].Value
        where !name.Contains('_') || NoSentence().IsMatch(name)
        select new Complaint(
            file.At(test.Index),
            $"'{name}' is no sentence about behaviour.",
            "Say what the world is like: A_batch_that_comes_twice_changes_nothing.");

    [GeneratedRegex(@"\[(Fact|Theory)\b[^{;]*?\b(void|Task|ValueTask)\s+(?<name>\w+)\s*\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("_should_|^should_|_ok$", RegexOptions.IgnoreCase)]
    private static partial Regex NoSentence();
}
