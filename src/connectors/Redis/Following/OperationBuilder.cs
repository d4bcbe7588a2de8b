using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Turns what a server told its replicas into groups of commands for a destination, unit by unit: a
/// transaction stays whole, whatever concerns others is left out.</summary>
/// <remarks>For one task. A unit that cannot be carried out from what it says is given as keys to be read again: see
/// <see cref="Rereads"/>; the caller closes that group.</remarks>
internal sealed class OperationBuilder(
    ChangeCursor cursor, ScopeJudge judge, RedisScope scope, HeldKeys held, int ownDatabase)
{
    /// <summary>Commands of a group; more together are hardly faster, and hold up other clients of the
    /// destination.</summary>
    private const int MostCommands = 512;

    private const int MostGroupBytes = 256 << 10;

    /// <summary>Keys that are read again together.</summary>
    private const int MostRereads = 200;

    private readonly List<(int Database, byte[] Key)> _rereads = [];
    private readonly HashSet<(int Database, string Key)> _rereadNames = [];
    private RedisOperations _operations = new();
    private TouchedNames? _touched;
    private int _start;
    private int _count;
    private int _selected;
    private long _walkedUntil;
    private long _listedUntil;

    /// <summary>Keys of the last unit whose present state has to be read from the origin, and then to be closed with
    /// <see cref="CloseReread"/>. Empty when there are none.</summary>
    internal IReadOnlyList<(int Database, byte[] Key)> Rereads => _rereads;

    /// <summary>Whether a stream was emptied at a stroke.</summary>
    internal bool Emptied { get; private set; }

    /// <summary>The command that nobody can judge, by its name; null when there is none.</summary>
    internal string? Unknown { get; private set; }

    /// <summary>Whether databases were exchanged, of which not all are moved.</summary>
    internal bool Swapped { get; private set; }

    /// <summary>Begins a batch.</summary>
    /// <param name="touched">Gets the keys that it touches.</param>
    /// <param name="walked">Keys that are touched in it are read again instead of doing to them what was done; null: it
    /// is none.</param>
    internal void Begin(TouchedNames touched, WalkedSpan? walked)
    {
        (_walkedUntil, _listedUntil) = (walked?.Until ?? 0, walked?.Listed ?? 0);
        _operations = new RedisOperations { Start = cursor.Position };
        (_touched, _start, _count, _selected) = (touched, 0, 0, ownDatabase);
        (Emptied, Unknown, Swapped) = (false, null, false);
        _rereads.Clear();
        _rereadNames.Clear();
    }

    /// <summary>Adds units until there are no more, the batch is full, or one needs the caller.</summary>
    /// <param name="mostBytes">A full batch.</param>
    /// <param name="ends">Positions at which a group has to end, because one did when this was told before.</param>
    /// <param name="cancellation">Leaves the rest.</param>
    internal RedisOperations Build(int mostBytes, HashSet<long> ends, CancellationToken cancellation)
    {
        while (_operations.Commands.Length < mostBytes && !HasEnoughRereads && Unknown is null && !Swapped)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!AddUnit())
                break;
            if (_count >= MostCommands || ends.Contains(cursor.Position)
                || _operations.Commands.Length - _start >= MostGroupBytes)
                CloseGroup();
        }
        if (_rereads.Count == 0)
            CloseGroup();
        return _operations;
    }

    /// <summary>Has more keys read again with the group that comes next.</summary>
    internal void AddRereads(IEnumerable<(int Database, byte[] Key)> keys) => _rereads.AddRange(keys);

    /// <summary>Closes a group whose unit had keys to be read again.</summary>
    /// <param name="states">For each of <see cref="Rereads"/>, in order, adds the command that makes the destination's
    /// key what the origin's is.</param>
    internal void CloseReread(Action<CommandBatch, int> states)
    {
        var isState = _count == 0;
        for (var i = 0; i < _rereads.Count; i++)
        {
            Select(_rereads[i].Database);
            states(_operations.Commands, i);
            _count++;
            Touch(_rereads[i].Database, _rereads[i].Key);
        }
        _rereads.Clear();
        CloseGroup(isState);
    }

    /// <summary>Whether what comes next was done after the keys were read one by one.</summary>
    private bool IsBehindWalk => cursor.Position >= _walkedUntil;

    private bool HasEnoughRereads => _rereads.Count >= (IsBehindWalk ? 1 : MostRereads);

    /// <returns>False when the next unit has not come completely; the cursor stands before it then.</returns>
    private bool AddUnit()
    {
        if (!cursor.Peek())
            return false;
        if (!CommandName.Is(cursor.Frame.Name, "MULTI"u8))
        {
            AddCommand();
            cursor.Pass();
            return true;
        }
        cursor.Mark();
        if (!PassTransaction(out var isOwn))
        {
            cursor.Back();
            return false;
        }
        if (isOwn)
        {
            cursor.Stay();
            return true;
        }
        // MULTI itself is looked at again: what was looked at last is EXEC.
        cursor.Back();
        cursor.Peek();
        do
        {
            cursor.Pass();
            cursor.Peek();
            AddCommand();
        }
        while (!CommandName.Is(cursor.Frame.Name, "EXEC"u8));
        cursor.Pass();
        return true;
    }

    /// <returns>False when its end has not come.</returns>
    private bool PassTransaction(out bool isOwn)
    {
        isOwn = false;
        while (cursor.Peek())
        {
            var frame = cursor.Frame;
            isOwn |= judge.IsCheckpoint(frame);
            cursor.NoteDatabase();
            var isEnd = CommandName.Is(frame.Name, "EXEC"u8);
            cursor.Pass();
            if (isEnd)
                return true;
        }
        return false;
    }

    private Judgement AddCommand()
    {
        var frame = cursor.Frame;
        if (cursor.NoteDatabase())
            return Judgement.Drop;
        var kind = judge.KindOf(frame);
        if (kind is CommandKind.Connection or CommandKind.Publish)
            return Judgement.Drop;
        if (kind == CommandKind.Global)
        {
            AddGlobal(frame);
            return Judgement.Forward;
        }
        var judgement = judge.Judge(frame, cursor.Database);
        if (held.Count > 0 && judgement is Judgement.Forward or Judgement.Project)
            judgement = WithoutHeld(frame, judgement);
        if (!IsBehindWalk && judgement is Judgement.Forward or Judgement.Project)
            judgement = Judgement.Reread;
        Carry(frame, judgement);
        return judgement;
    }

    private void Carry(CommandFrame frame, Judgement judgement)
    {
        switch (judgement)
        {
            case Judgement.Forward:
                Select(cursor.Database);
                _operations.Commands.AddRaw(frame.Bytes, 1);
                _count++;
                TouchKeys(frame);
                break;
            case Judgement.Project:
                Project(frame);
                break;
            case Judgement.Reread:
                Reread(frame);
                break;
            case Judgement.Unknown:
                Unknown ??= System.Text.Encoding.UTF8.GetString(frame.Name);
                break;
            default:
                break;
        }
    }

    /// <summary>What was read again already holds the effects of commands that came before the reading, and is no
    /// longer what other commands read.</summary>
    private Judgement WithoutHeld(CommandFrame frame, Judgement judgement)
    {
        var (some, all, reads) = (false, true, false);
        foreach (var key in judge.Keys.Items)
        {
            if (!judge.IsInside(frame, key, cursor.Database))
                continue;
            var isHeld = held.Holds(cursor.Database, frame[key.Argument], cursor.Position);
            if (ScopeJudge.IsWritten(key))
                (some, all) = (some || isHeld, all && isHeld);
            else
                reads |= isHeld;
        }
        return !some && !reads ? judgement : all ? Judgement.Drop : Judgement.Reread;
    }

    private void Project(CommandFrame frame)
    {
        Select(cursor.Database);
        var kept = new List<int>();
        foreach (var key in judge.Keys.Items)
        {
            if (judge.IsInside(frame, key, cursor.Database))
                kept.Add(key.Argument);
        }
        foreach (var some in kept.Chunk(judge.Divides ? 1 : kept.Count))
        {
            var words = Projection.Keep(frame, some);
            _operations.Commands.Begin(words.Length);
            foreach (var word in words)
                _operations.Commands.Arg(word);
            _count++;
        }
        TouchKeys(frame);
    }

    /// <summary>Keys that a command writes in the scope, also where it writes them in another database.</summary>
    private void Reread(CommandFrame frame)
    {
        foreach (var key in judge.Keys.Items)
        {
            var database = cursor.Database;
            if (key.Use.HasFlag(KeyUse.Elsewhere) && scope.Database is { } moved)
                database = moved;
            if (ScopeJudge.IsWritten(key) && scope.Contains(database, frame[key.Argument])
                && (IsBehindWalk || _rereadNames.Add((database, Convert.ToHexString(frame[key.Argument])))))
                _rereads.Add((database, frame[key.Argument].ToArray()));
        }
    }

    private void AddGlobal(CommandFrame frame)
    {
        if (CommandName.Is(frame.Name, "FLUSHALL"u8))
            Empty(scope.Database);
        else if (CommandName.Is(frame.Name, "FLUSHDB"u8) && (scope.IsServer || scope.Database == cursor.Database))
            Empty(cursor.Database);
        else if (CommandName.Is(frame.Name, "SWAPDB"u8))
            Swap(frame);
        else if (CommandName.Is(frame.Name, "FUNCTION"u8) && scope.HasFunctions
            && cursor.Position >= _listedUntil && judge.TakesFunctions)
            CarryAsItIs(frame);
    }

    private void Swap(CommandFrame frame)
    {
        // Nobody can say in which of them a key was when it was read.
        if (scope is { IsServer: true, IsWhole: true } && IsBehindWalk)
        {
            CarryAsItIs(frame);
            Emptied = true;
        }
        else
        {
            Swapped = scope.IsServer || frame[1].SequenceEqual(Digits(scope.Database!.Value))
                || frame[2].SequenceEqual(Digits(scope.Database!.Value));
        }
    }

    private static byte[] Digits(int number) =>
        System.Text.Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void CarryAsItIs(CommandFrame frame)
    {
        _operations.Commands.AddRaw(frame.Bytes, 1);
        _count++;
    }

    private void Empty(int? database)
    {
        CloseGroup();
        Emptied = true;

        // What was to be read again is not yet: whoever begins anew has to hear of it again.
        var isAhead = _rereads.Count > 0;
        var reached = cursor.Position + cursor.Frame.Bytes.Length;
        _operations.Add(new OperationGroup(
            _operations.Commands.Length, 0, 0, isAhead ? Reached : reached, true, database, IsState: isAhead));
    }

    /// <summary>The position that the groups so far reach.</summary>
    private long Reached => _operations.Groups.Count > 0 ? _operations.Groups[^1].Reached : _operations.Start;

    private void TouchKeys(CommandFrame frame)
    {
        foreach (var key in judge.Keys.Items)
        {
            if (ScopeJudge.IsWritten(key))
                Touch(cursor.Database, frame[key.Argument]);
        }
        if (OtherDatabase.TryFind(frame, out var other))
            foreach (var key in judge.Keys.Items)
                Touch(other, frame[key.Argument]);
    }

    private void Touch(int database, ReadOnlySpan<byte> key)
    {
        if (scope.Contains(database, key))
            _touched!.Add(database, key, cursor.Position);
    }

    /// <summary>A move of one database has no other to select, whatever its number is at the origin.</summary>
    private void Select(int database)
    {
        if (!scope.IsServer || _selected == database)
            return;
        _operations.Commands.Begin(2).Arg("SELECT"u8).Arg(database);
        (_selected, _count) = (database, _count + 1);
    }

    private void CloseGroup(bool isState = false)
    {
        Select(ownDatabase);
        var groups = _operations.Groups;
        if (_count == 0 && (groups.Count == 0 || groups[^1].Reached >= cursor.Position))
            return;
        if (_count > 0)
            _operations.Add(new OperationGroup(
                _start, _operations.Commands.Length - _start, _count, cursor.Position, IsState: isState));
        (_start, _count) = (_operations.Commands.Length, 0);
    }
}
