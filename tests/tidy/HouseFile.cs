namespace Godwit.Tests.Tidy;

/// <summary>A text file of the repository, with its path from the root and slashes that lean forward.</summary>
public sealed class HouseFile(string path, string text)
{
    private CSharpText? _parts;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsDocument => Path.EndsWith(".md", StringComparison.Ordinal);

    /// <summary>The C# of the file with comments and the insides of strings blanked out.</summary>
    public string Code => Parts.Code;

    /// <summary>The comments of the file, everything else blanked out.</summary>
    public string Comments => Parts.Comments;

    /// <summary>The insides of string literals, everything else blanked out.</summary>
    public string Strings => Parts.Strings;

    private CSharpText Parts => _parts ??= CSharpText.Split(Text);

    /// <summary>The place of an offset in the text (or in one of its parts) as <c>path:line</c>.</summary>
    public string At(int offset) => $"{Path}:{Text.AsSpan(0, offset).Count('\n') + 1}";
}
