using Godwit.Core.Digests;

namespace Godwit.Tests.Simulation;

/// <summary>What happened, line by line: the end of it for people, a hash of all of it to compare two lives.</summary>
public sealed class Story
{
    private const int Kept = 60;

    private readonly Queue<string> _end = new();

    /// <summary>Equal for two lives in which the same was told in the same order.</summary>
    public ulong Hash { get; private set; }

    public void Tell(string line)
    {
        Hash = unchecked((Hash * 31) + XxHash64.Hash(System.Text.Encoding.UTF8.GetBytes(line)));
        _end.Enqueue(line);
        if (_end.Count > Kept)
            _end.Dequeue();
    }

    /// <summary>The last lines.</summary>
    public string End() => string.Join('\n', _end);
}
