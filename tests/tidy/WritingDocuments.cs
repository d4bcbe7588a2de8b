using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class WritingDocuments
{
    private const string Glossary = "docs/glossary.md";

    [Fact]
    public void Every_document_has_one_title() => Rules.Keeps(OneTitle);

    [Theory]
    [InlineData("no title\n")]
    [InlineData("# One\n\n# Two\n")]
    public void A_document_without_exactly_one_title_is_noticed(string text) =>
        Rules.Notices(OneTitle, ("docs/a.md", text));

    [Fact]
    public void A_comment_in_an_example_is_no_title() =>
        Rules.Allows(OneTitle, ("docs/a.md", "# One\n```\n# a comment\n```\n"));

    [Fact]
    public void Every_link_between_documents_leads_somewhere() => Rules.Keeps(LinksLead);

    [Theory]
    [InlineData("[a](b.md)")]
    [InlineData("[a](../src/core/None.cs#top)")]
    public void A_dead_link_is_noticed(string text) => Rules.Notices(LinksLead, ("docs/a.md", text));

    [Fact]
    public void A_link_to_a_folder_a_file_or_the_world_is_alive() => Rules.Allows(
        LinksLead,
        ("docs/a.md", "[a](c.md#top) [b](../src/core/) [c](https://example.org) [d](#here)"),
        ("docs/c.md", "# C"),
        ("src/core/A.cs", ""));

    [Fact]
    public void Every_word_of_the_glossary_is_used() => Rules.Keeps(WordsAreUsed);

    [Fact]
    public void A_word_that_nobody_uses_is_noticed() =>
        Rules.Notices(WordsAreUsed, (Glossary, "| **flange** | a rim |"), ("src/core/A.cs", "class Chunk;"));

    [Fact]
    public void The_glossary_is_in_alphabetical_order() => Rules.Keeps(WordsAreSorted);

    [Fact]
    public void A_word_out_of_order_is_noticed() =>
        Rules.Notices(WordsAreSorted, (Glossary, "| **move** | |\n| **chunk** | |"));

    private static IEnumerable<Complaint> OneTitle(House house) =>
        from document in house.Documents
        let titles = Title().Count(Fence().Replace(document.Text, ""))
        where titles != 1
        select new Complaint(
            document.Path, $"{titles} titles.", "A document has one line that begins with '# ': its subject.");

    private static IEnumerable<Complaint> LinksLead(House house) =>
        from document in house.Documents
        from link in Link().Matches(document.Text)
        let target = Resolve(document.Path, link.Groups["target"].Value)
        where !house.Files.Any(file => file.Path == target) && !house.Under(target).Any()
        select new Complaint(document.At(link.Index), $"{target} is not there.", "Correct the link or remove it.");

    private static string Resolve(string document, string target) =>
        Path.GetRelativePath("/", Path.Combine("/", Path.GetDirectoryName(document) ?? "", target)).TrimEnd('/');

    private static IEnumerable<Complaint> WordsAreUsed(House house)
    {
        var texts = house.CSharpUnder("src").Select(file => file.Text).ToArray();
        return from word in Words(house)
               where !texts.Any(text => text.Contains(Joined(word), StringComparison.OrdinalIgnoreCase)
                   || text.Contains(word, StringComparison.OrdinalIgnoreCase))
               select new Complaint(Glossary, $"nothing in src is called '{word}'.", "Delete the word, or use it.");
    }

    private static IEnumerable<Complaint> WordsAreSorted(House house) =>
        from pair in Words(house).Zip(Words(house).Skip(1))
        where StringComparer.OrdinalIgnoreCase.Compare(pair.First, pair.Second) >= 0
        select new Complaint(Glossary, $"'{pair.Second}' stands after '{pair.First}'.", "Sort the words.");

    private static string Joined(string words) => words.Replace(" ", "", StringComparison.Ordinal);

    private static IEnumerable<string> Words(House house) =>
        Word().Matches(house.Text(Glossary)).Select(word => word.Groups["word"].Value);

    [GeneratedRegex("^# ", RegexOptions.Multiline)]
    private static partial Regex Title();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)(?<target>[^)\s#]+)(#[^)\s]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| \*\*(?<word>[^*]+)\*\*", RegexOptions.Multiline)]
    private static partial Regex Word();
}
