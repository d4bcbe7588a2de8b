using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Reads one writer's note, and later what was added to it.</summary>
internal sealed class NoteTail(string path)
{
    private readonly List<NotedTransaction> _acknowledged = [];
    private readonly List<string> _surprises = [];
    private NotedTransaction? _open;
    private long _position;

    public string Path => path;

    /// <summary>Everything so far.</summary>
    public NoteContent Read()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _position;
        var bytes = new byte[stream.Length - _position];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        // The writer may be at work, or have been killed in the middle of a line: what has no end is no line.
        var whole = bytes.AsSpan(0, bytes.AsSpan(0, read).LastIndexOf((byte)'\n') + 1);
        _position += whole.Length;
        foreach (var line in Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Take(line);
        return new NoteContent(_acknowledged, _open, _surprises);
    }

    private void Take(string line)
    {
        switch (line[0])
        {
            case '{':
                _open = JsonSerializer.Deserialize(line, NoteJson.Default.NotedTransaction);
                break;
            case Note.Surprise:
                _surprises.Add($"{System.IO.Path.GetFileName(path)}: {line[1..]}");
                break;
            case Note.Acknowledged:
                _acknowledged.Add(Ended(line));
                _open = null;
                break;
            case Note.Refused:
                _ = Ended(line);
                _open = null;
                break;
            default:
                throw new InvalidDataException($"{path} has a line that no writer wrote: {line}");
        }
    }

    private NotedTransaction Ended(string line) =>
        _open is not null && _open.Number == long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)
            ? _open
            : throw new InvalidDataException($"{path} ends a transaction that it does not begin: {line}");
}
