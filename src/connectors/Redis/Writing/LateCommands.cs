using System.Buffers.Text;
using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Rewrites commands that come late, so that nothing expires that may have been renewed meanwhile.</summary>
/// <remarks>Servers from 7.0 on tell expiries in three forms only: SET … PXAT, PEXPIREAT, and RESTORE with
/// ABSTTL.</remarks>
internal sealed class LateCommands(HeldExpiries held, int ownDatabase, long now)
{
    private readonly CommandFrameReader _reader = new();
    private readonly List<(int Database, byte[] Key)> _noted = [];

    /// <summary>Appends the commands of one group, and notes whom they gave more time.</summary>
    internal void AddTo(CommandBatch commands, ReadOnlySpan<byte> group)
    {
        var database = ownDatabase;
        while (!group.IsEmpty)
        {
            if (_reader.Read(group) != FrameStatus.Complete)
                throw new InvalidOperationException("A group is made of whole commands.");
            var frame = _reader.Frame(group);
            if (CommandName.Is(frame.Name, "SELECT"u8))
                database = int.Parse(frame[1], System.Globalization.CultureInfo.InvariantCulture);
            if (ExpiryIn(frame) is var at && at > 0 && Longer(frame[at]) is { } longer)
                Rewrite(commands, frame, at, longer, database);
            else
                commands.AddRaw(frame.Bytes, 1);
            group = group[_reader.Consumed..];
        }
        foreach (var (other, key) in _noted)
            held.Note(commands, other, key);
        _noted.Clear();
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

    private long? Longer(ReadOnlySpan<byte> digits)
    {
        if (!Utf8Parser.TryParse(digits, out long expires, out var used) || used != digits.Length || expires == 0)
            return null;
        var longer = HeldExpiries.WhileLate(now, expires, out var isHeld);
        return isHeld ? longer : null;
    }

    private void Rewrite(CommandBatch commands, CommandFrame frame, int at, long expires, int database)
    {
        commands.Begin(frame.Count);
        for (var i = 0; i < frame.Count; i++)
        {
            if (i == at)
                commands.Arg(expires);
            else
                commands.Arg(frame[i]);
        }
        _noted.Add((database, frame[1].ToArray()));
    }
}
