using Godwit.Tests.Tidy;

namespace Godwit.Tests;

/// <summary>Texts that users or disks see, kept as files under tests/ and reviewed like code.</summary>
/// <remarks><c>./dev golden --accept</c> keeps the new texts; say in the commit why each of them changed.</remarks>
public static class Golden
{
    /// <summary>The text equals the file <c>tests/{name}</c>, apart from how lines end.</summary>
    public static void Matches(string name, string text)
    {
        var path = Path.Combine(House.Root(), "tests", name);
        var now = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("GODWIT_GOLDEN") == "accept")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, now);
            return;
        }

        Assert.True(File.Exists(path), $"No tests/{name} yet. Keep this text with ./dev golden --accept:\n{now}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), now);
    }
}
