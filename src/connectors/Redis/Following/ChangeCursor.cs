using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Replication;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Goes through a journal command by command. For one task.</summary>
internal sealed class ChangeCursor(ReplicationJournal journal)
{
    private const int Window = 1 << 20;

    private readonly CommandFrameReader _reader = new();
    private byte[] _bytes = new byte[Window];
    private int _start;
    private int _end;
    private int _mark = -1;
    private int _marked;

    /// <summary>Position behind the last command that was passed.</summary>
    internal long Position { get; private set; }

    /// <summary>The database that the next command is meant for.</summary>
    internal int Database { get; set; }

    /// <summary>The command that was found last; until the cursor moves.</summary>
    internal CommandFrame Frame => _reader.Frame(_bytes.AsSpan(_start, _end - _start));

    /// <summary>Goes to the end of a command.</summary>
    internal void Seek(long position, int database)
    {
        (Position, Database) = (position, database);
        (_start, _end, _mark) = (0, 0, -1);
        _reader.Reset();
    }

    /// <summary>Remembers which database is selected, when that is what the command that was looked at does.</summary>
    internal bool NoteDatabase()
    {
        var frame = Frame;
        if (!CommandName.Is(frame.Name, "SELECT"u8))
            return false;
        Database = int.Parse(frame[1], System.Globalization.CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>Remembers where it stands, to come back with <see cref="Back"/>.</summary>
    internal void Mark() => (_mark, _marked) = (_start, Database);

    /// <summary>Comes back to the mark, and forgets it.</summary>
    internal void Back()
    {
        Position -= _start - _mark;
        (_start, _mark, Database) = (_mark, -1, _marked);
        _reader.Reset();
    }

    /// <summary>Stays, and forgets the mark.</summary>
    internal void Stay() => _mark = -1;

    /// <summary>Looks at the next command without passing it.</summary>
    /// <returns>False when it has not come completely.</returns>
    /// <exception cref="FormatException">There is no command.</exception>
    internal bool Peek()
    {
        while (true)
        {
            var status = _start == _end
                ? FrameStatus.Incomplete
                : _reader.Read(_bytes.AsSpan(_start, _end - _start));
            if (status == FrameStatus.Complete)
                return true;
            if (status == FrameStatus.Malformed)
                throw new FormatException($"There is no command at position {Position}.");
            if (!Fill())
                return false;
        }
    }

    /// <summary>Passes the command that was looked at.</summary>
    internal void Pass()
    {
        _start += _reader.Consumed;
        Position += _reader.Consumed;
    }

    private bool Fill()
    {
        var kept = _mark >= 0 ? _mark : _start;
        if (kept > 0 && _end == _bytes.Length)
        {
            _bytes.AsSpan(kept, _end - kept).CopyTo(_bytes);
            (_start, _end, _mark) = (_start - kept, _end - kept, _mark < 0 ? -1 : 0);
        }
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, checked(_bytes.Length * 2));
        else if (_start == _end && _mark < 0)
            (_start, _end) = (0, 0);
        var count = journal.Read(Position + (_end - _start), _bytes.AsSpan(_end));
        _end += count;
        return count > 0;
    }
}
