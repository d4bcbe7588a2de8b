using Godwit.Core.Problems;

namespace Godwit.Cli.Routes;

/// <summary>The end of what a program says: enough for a message, however much it says.</summary>
internal sealed class LastLines(IReadOnlyList<string> secrets)
{
    private const int Most = 5;
    private const int Longest = 200;

    private readonly Lock _turn = new();
    private readonly Queue<string> _lines = new();

    public void Add(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_turn)
        {
            _lines.Enqueue(Clean(line));
            if (_lines.Count > Most)
                _lines.Dequeue();
        }
    }

    public override string ToString()
    {
        lock (_turn)
            return string.Join(" | ", _lines);
    }

    private string Clean(string line)
    {
        // Blacked out before the line is cut: half a secret is a secret too.
        foreach (var secret in secrets)
            line = line.Replace(secret, "***", StringComparison.Ordinal);
        line = Printable.Text(line.Trim());
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest), "…");
    }
}
