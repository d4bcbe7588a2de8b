namespace Godwit.Tests.Tidy;

public sealed class TakingCSharpApart
{
    [Theory]
    [InlineData("a(); // b", "a();", "// b", "")]
    [InlineData("a /* b */ c", "a         c", "/* b */", "")]
    [InlineData("x = \"a // b\";", "x = \"      \";", "", "a // b")]
    [InlineData("x = \"a\\\"b\"; c", "x = \"    \"; c", "", "a\\\"b")]
    [InlineData("x = @\"a\"\"b\\\"; c", "x = @\"     \"; c", "", "a\"\"b\\")]
    [InlineData("x = '\"'; c", "x = ' '; c", "", "\"")]
    [InlineData("x = $\"a{b + \"c\"}d\"; e", "x = $\" {b + \" \"} \"; e", "", "a      c  d")]
    [InlineData("x = $\"{{a}}\"; b", "x = $\"     \"; b", "", "{{a}}")]
    [InlineData("x = \"\"\"a \"b\" // c\"\"\"; d", "x = \"\"\"          \"\"\"; d", "", "a \"b\" // c")]
    [InlineData("x = $$\"\"\"{a}{{b}}\"\"\"; c", "x = $$\"\"\"   {{b}}\"\"\"; c", "", "{a}")]
    [InlineData("f(@from, \"\")", "f(@from, \"\")", "", "")]
    public void Code_comments_and_strings_keep_their_places(string text, string code, string comments, string strings)
    {
        var file = new HouseFile("a.cs", text);
        Assert.Equal(code, file.Code.TrimEnd());
        Assert.Equal(comments, file.Comments.Trim());
        Assert.Equal(strings, file.Strings.Trim());
        Assert.Equal(text.Length, file.Code.Length);
    }
}
