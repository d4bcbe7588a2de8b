using System.Buffers.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Rewrites commands for a destination that needs them otherwise: those that come late, so that nothing
/// expires that may have been renewed meanwhile, and values that it would not take as they are.</summary>
/// <remarks>
/// Servers from 7.0 on tell expiries in three forms only: SET … PXAT, PEXPIREAT, and RESTORE with ABSTTL. Older ones
/// tell times to live as clients gave them, from which nobody can say when they end: such a key gets more time, and the
/// true time from its origin when the destination has caught up.
/// </remarks>
/// <param name="held">Who was given more time.</param>
/// <param name="session">The destination.</param>
/// <param name="now">The destination's clock, Unix milliseconds; null when nothing is late.</param>
/// <param name="received">The same, for times to live of an origin before 7.0; null when it tells points in
/// time.</param>
/// <param name="encoding">How it takes values; null: as they are.</param>
/// <param name="isTakenOver">Whether a fenced server was told them: see <see cref="LateDeletion"/>.</param>
internal sealed class AdaptedCommands(
    HeldExpiries held, RedisSession session, long? now, long? received, TargetEncoding? encoding,
    bool isTakenOver = false)
{
    private readonly CommandFrameReader _reader = new();
    private readonly CommandFrameReader _absolute = new();
    private readonly List<(int Database, byte[] Key)> _noted = [];

    /// <summary>Appends the commands of one group, and notes whom they gave more time.</summary>
    internal void AddTo(CommandBatch commands, ReadOnlySpan<byte> group)
    {
        var database = session.OwnDatabase;
        while (!group.IsEmpty)
        {
            if (_reader.Read(group) != FrameStatus.Complete)
                throw new InvalidOperationException("A group is made of whole commands.");
            var frame = _reader.Frame(group);
            if (CommandName.Is(frame.Name, "SELECT"u8))
                database = int.Parse(frame[1], System.Globalization.CultureInfo.InvariantCulture);
            AddAbsolute(commands, frame, database);
            group = group[_reader.Consumed..];
        }
        foreach (var (other, key) in _noted)
            held.Note(commands, other, key);
        _noted.Clear();
    }

    /// <summary>Appends a command, with a point in time where it says how long.</summary>
    private void AddAbsolute(CommandBatch commands, CommandFrame frame, int database)
    {
        if (received is not { } moment)
        {
            Add(commands, frame, database, isGuess: false);
            return;
        }
        var isGuess = RelativeTtl.TryConvert(frame, moment, out var words) == RelativeTtlFinding.Converted;
        if (!isGuess && !PointInTime.TryConvert(frame, out words))
        {
            Add(commands, frame, database, isGuess: false);
            return;
        }
        var absolute = new CommandBatch(256).Begin(words.Length);
        foreach (var word in words)
            absolute.Arg(word);
        var bytes = absolute.Memory.Span;
        if (_absolute.Read(bytes) != FrameStatus.Complete)
            throw new InvalidOperationException("A command is whole.");
        Add(commands, _absolute.Frame(bytes), database, isGuess);
    }

    private void Add(CommandBatch commands, CommandFrame frame, int database, bool isGuess)
    {
        var expiry = ExpiryIn(frame);
        var longer = expiry > 0 ? Longer(frame[expiry], isGuess) : null;
        var value = encoding is not null && CommandName.Is(frame.Name, "RESTORE"u8) ? 3 : 0;
        if (expiry > 0 && session.Facts.IsBefore62 && CommandName.Is(frame.Name, "SET"u8))
            AddInTwo(commands, frame, expiry, longer, database);
        else if (longer is not null || value > 0)
            Rewrite(commands, frame, longer is null ? 0 : expiry, longer ?? 0, value, database);
        else if (!isTakenOver || !LateDeletion.TryAdd(commands, frame, session.Facts))
            commands.AddRaw(frame.Bytes, 1);
    }

    /// <summary>A SET that has no PXAT, and the time behind it.</summary>
    private void AddInTwo(CommandBatch commands, CommandFrame frame, int expiry, long? longer, int database)
    {
        commands.Begin(frame.Count - 2);
        for (var i = 0; i < frame.Count; i++)
        {
            if (i != expiry && i != expiry - 1)
                commands.Arg(frame[i]);
        }
        commands.Begin(3).Arg("PEXPIREAT"u8).Arg(frame[1]);
        if (longer is not { } time)
        {
            commands.Arg(frame[expiry]);
            return;
        }
        commands.Arg(time);
        _noted.Add((database, frame[1].ToArray()));
    }

    /// <summary>The argument that says when the key expires, absolutely; 0 when none does.</summary>
    private static int ExpiryIn(CommandFrame frame)
    {
        if (CommandName.Is(frame.Name, "PEXPIREAT"u8) && frame.Count > 2)
            return 2;
        if (CommandName.Is(frame.Name, "RESTORE"u8) && frame.Count > 4)
            return Find(frame, 4, "ABSTTL"u8) > 0 ? 2 : 0;
        if (!CommandName.Is(frame.Name, "SET"u8))
            return 0;
        var option = Find(frame, 3, "PXAT"u8);
        return option > 0 && option + 1 < frame.Count ? option + 1 : 0;
    }

    private static int Find(CommandFrame frame, int from, ReadOnlySpan<byte> word)
    {
        for (var i = from; i < frame.Count; i++)
        {
            if (CommandName.Is(frame[i], word))
                return i;
        }
        return 0;
    }

    /// <param name="isGuess">Whether the origin has to be asked for the true time in any case, unless traffic comes
    /// here by now: then this is the true one.</param>
    private long? Longer(ReadOnlySpan<byte> digits, bool isGuess)
    {
        if (!Utf8Parser.TryParse(digits, out long expires, out var used) || used != digits.Length || expires == 0)
            return null;
        if ((now ?? (isGuess && !isTakenOver ? received : null)) is not { } moment)
            return null;
        var longer = HeldExpiries.WhileLate(moment, expires, out var isHeld);
        return isHeld || isGuess ? longer : null;
    }

    private void Rewrite(
        CommandBatch commands, CommandFrame frame, int expiry, long expires, int value, int database)
    {
        commands.Begin(frame.Count);
        for (var i = 0; i < frame.Count; i++)
        {
            if (i == expiry && i > 0)
                commands.Arg(expires);
            else if (i == value && i > 0)
                AddValue(commands, frame[i], frame[1]);
            else
                commands.Arg(frame[i]);
        }
        if (expiry > 0)
            _noted.Add((database, frame[1].ToArray()));
    }

    private void AddValue(CommandBatch commands, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key)
    {
        var bytes = payload.ToArray();
        if (!encoding!.TryAddPayload(commands, bytes, session.PeerFacts.IsValkey, session.Facts.IsValkey))
            throw new GodwitException(RedisProblems.NotTaken(
                session.Shown, Printable.Text(key), $"It has no encoding for values of type {bytes[0]}"));
    }
}
