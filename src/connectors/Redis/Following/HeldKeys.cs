using System.Globalization;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Keys that were read again at a later position than where the destination stands: what was done to them
/// before that reading is in what was read.</summary>
/// <remarks>Kept in a small file beside the journal, because a reader that begins again must know it. Each entry holds
/// from the position at which the reading was asked for to the one at which it was done.</remarks>
internal sealed class HeldKeys
{
    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Database, string Key), (long From, long Until)> _held = [];

    private HeldKeys(string path) => _path = path;

    internal int Count
    {
        get
        {
            lock (_lock)
                return _held.Count;
        }
    }

    internal static HeldKeys Open(string directory)
    {
        var keys = new HeldKeys(Path.Combine(directory, "held"));
        if (!File.Exists(keys._path))
            return keys;
        foreach (var line in File.ReadAllLines(keys._path))
        {
            if (line.Split(' ') is [var database, var key, var from, var until])
                keys._held[(int.Parse(database, CultureInfo.InvariantCulture), key)] = (
                    long.Parse(from, CultureInfo.InvariantCulture), long.Parse(until, CultureInfo.InvariantCulture));
        }
        return keys;
    }

    /// <summary>A reader begins at a position: what was read after it will be asked for again.</summary>
    internal void BeginAt(long position) => Forget(one => one.From > position || one.Until <= position);

    /// <summary>Forgets what the position has passed.</summary>
    internal void Pass(long position) => Forget(one => one.Until <= position);

    /// <summary>Holds keys from a position until another; on the disk when it returns.</summary>
    internal void Hold(IEnumerable<(int Database, byte[] Key)> keys, long from, long until)
    {
        lock (_lock)
        {
            foreach (var (database, key) in keys)
                _held[(database, Convert.ToHexString(key))] = (from, until);
            Save();
        }
    }

    /// <summary>Whether a command at a position has been read along already.</summary>
    internal bool Holds(int database, ReadOnlySpan<byte> key, long position)
    {
        lock (_lock)
            return _held.TryGetValue((database, Convert.ToHexString(key)), out var range)
                && position >= range.From && position < range.Until;
    }

    private void Forget(Func<(long From, long Until), bool> isOver)
    {
        lock (_lock)
        {
            var over = _held.Where(one => isOver(one.Value)).Select(one => one.Key).ToList();
            foreach (var key in over)
                _held.Remove(key);
            if (over.Count > 0)
                Save();
        }
    }

    private void Save() => SmallFile.Replace(_path, string.Concat(_held.Select(one => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Key.Database} {one.Key.Key} {one.Value.From} {one.Value.Until}\n"))));
}
