using System.Globalization;
using System.Text;
using Godwit.Connectors.Kit;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Keys that were read again at a later position than where the destination stands: what was done to them
/// before that reading is in what was read.</summary>
/// <remarks>Kept in a small file beside the journal, because a reader that begins again must know it. Each entry holds
/// from the position at which the reading was asked for to the one at which it was done; of several of a key the last
/// counts.</remarks>
internal sealed class HeldKeys
{
    /// <summary>More are not held by name: see <see cref="GiveUp"/>.</summary>
    internal const int Most = 1_000_000;

    private const int FewLines = 64;

    private readonly string _path;
    private readonly Lock _lock = new();
    private readonly Dictionary<(int Database, string Key), (long From, long Until)> _held = [];
    private int _lines;

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
        // The last line may have been cut off by a crash: what it was to say was not told to anybody.
        var text = File.ReadAllText(keys._path);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            keys._lines++;
            if (line.Split(' ') is [var database, var key, var from, var until])
                keys._held[(int.Parse(database, CultureInfo.InvariantCulture), key)] = (
                    long.Parse(from, CultureInfo.InvariantCulture), long.Parse(until, CultureInfo.InvariantCulture));
        }
        if (whole.Length < text.Length)
            keys.Save();
        return keys;
    }

    /// <summary>A reader begins at a position: what was read after it will be asked for again.</summary>
    internal void BeginAt(long position)
    {
        lock (_lock)
        {
            if (Forget(one => one.From > position || one.Until <= position))
                Save();
        }
    }

    /// <summary>Forgets what the position has passed.</summary>
    /// <remarks>They may stay on the disk for a while: who begins again forgets them again.</remarks>
    internal void Pass(long position)
    {
        lock (_lock)
        {
            if (Forget(one => one.Until <= position)
                && (_held.Count == 0 || _lines > (2 * _held.Count) + FewLines))
                Save();
        }
    }

    /// <summary>Holds keys from a position until another; on the disk when it returns.</summary>
    internal void Hold(IEnumerable<(int Database, byte[] Key)> keys, long from, long until)
    {
        lock (_lock)
        {
            var lines = new StringBuilder();
            foreach (var (database, key) in keys)
            {
                var name = (database, Convert.ToHexString(key));
                _held[name] = (from, until);
                AddLine(lines, name, (from, until));
                _lines++;
            }
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>The position until which any of them is held; 0 when none is.</summary>
    internal long Until
    {
        get
        {
            lock (_lock)
                return _held.Count == 0 ? 0 : _held.Values.Max(one => one.Until);
        }
    }

    /// <summary>Forgets all names. Whoever does has all keys read again that are touched before
    /// <see cref="Until"/>.</summary>
    internal void GiveUp()
    {
        lock (_lock)
        {
            _held.Clear();
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

    private bool Forget(Func<(long From, long Until), bool> isOver)
    {
        var over = _held.Where(one => isOver(one.Value)).Select(one => one.Key).ToList();
        foreach (var key in over)
            _held.Remove(key);
        return over.Count > 0;
    }

    private void Save()
    {
        var lines = new StringBuilder();
        foreach (var (key, range) in _held)
            AddLine(lines, key, range);
        SmallFile.Replace(_path, lines.ToString());
        _lines = _held.Count;
    }

    private static void AddLine(StringBuilder lines, (int Database, string Key) key, (long From, long Until) range) =>
        lines.Append(CultureInfo.InvariantCulture, $"{key.Database} {key.Key} {range.From} {range.Until}\n");
}
