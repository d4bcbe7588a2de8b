using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>The files of one tenant as their writer remembers them.</summary>
/// <remarks>
/// A file rests for a while after each write. A fence of directories only asks: a write that comes a moment too late is
/// brought along by Godwit a moment later, and an application that rewrites the same file at both places within that
/// moment would compete with itself.
/// </remarks>
internal sealed class OwnFiles(TimeProvider clock)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly List<string> _ready = [];
    private readonly Queue<(string Path, long Since)> _resting = [];
    private readonly Dictionary<string, UnixFileMode?> _modes = [];

    /// <summary>Paths of all that are there.</summary>
    public int Count => _modes.Count;

    public void Add(ShopFile file)
    {
        _modes[file.Path] = file.Link is null ? file.Mode : null;
        _ready.Add(file.Path);
    }

    /// <summary>A file that has rested, or null when there is none. It counts as written to from now on.</summary>
    public string? Take(Dice dice)
    {
        Wake();
        if (_ready.Count == 0)
            return null;
        var at = dice.Below(_ready.Count);
        var path = _ready[at];
        (_ready[at], _ready[^1]) = (_ready[^1], _ready[at]);
        _ready.RemoveAt(_ready.Count - 1);
        _resting.Enqueue((path, clock.GetTimestamp()));
        return path;
    }

    public void Appeared(string path, UnixFileMode? mode)
    {
        if (!_modes.ContainsKey(path))
            _resting.Enqueue((path, clock.GetTimestamp()));
        _modes[path] = mode;
    }

    public void Vanished(string path) => _modes.Remove(path);

    /// <summary>Null for a symbolic link.</summary>
    public UnixFileMode? ModeOf(string path) => _modes[path];

    private void Wake()
    {
        while (_resting.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.Since) > Rest)
        {
            _resting.Dequeue();
            if (_modes.ContainsKey(oldest.Path))
                _ready.Add(oldest.Path);
        }
    }
}
