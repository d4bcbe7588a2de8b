namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A command that grows by elements until it is long enough to be sent.</summary>
/// <param name="start">What each command starts with: its name, the key…</param>
internal sealed class CommandSlice(ReadOnlyMemory<byte>[] start)
{
    private List<ReadOnlyMemory<byte>> _arguments = [.. start];
    private int _elements;
    private long _bytes;

    internal bool IsEmpty => _elements == 0;

    internal void Add(ReadOnlyMemory<byte> argument)
    {
        _arguments.Add(argument);
        _bytes += argument.Length;
    }

    /// <returns>Whether the command is to be taken, as it is long enough.</returns>
    internal bool EndElement() =>
        ++_elements >= ElementCommands.MostElements || _bytes >= ElementCommands.MostBytes;

    /// <summary>Gives the command away and starts the next.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> Take()
    {
        var taken = _arguments;
        _arguments = [.. start];
        _elements = 0;
        _bytes = 0;
        return taken;
    }
}
