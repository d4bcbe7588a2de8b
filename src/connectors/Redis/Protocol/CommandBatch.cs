using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Godwit.Connectors.Redis.Protocol;

/// <summary>Commands in the form in which they are sent, and how many replies they bring. Filled by one task.</summary>
internal sealed class CommandBatch(int capacity = 4096)
{
    private byte[] _bytes = new byte[capacity];

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Commands so far, each of which is answered once.</summary>
    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>One command of words.</summary>
    public static CommandBatch Of(params ReadOnlySpan<string> words) => new CommandBatch(256).Add(words);

    /// <summary>Begins a command; as many <c>Arg</c> calls have to follow as it has words.</summary>
    public CommandBatch Begin(int words)
    {
        Count++;
        return Header((byte)'*', words);
    }

    public CommandBatch Arg(ReadOnlySpan<byte> word)
    {
        Header((byte)'$', word.Length);
        var space = Space(word.Length + 2);
        word.CopyTo(space);
        space[word.Length] = (byte)'\r';
        space[word.Length + 1] = (byte)'\n';
        return this;
    }

    public CommandBatch Arg(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        return Arg(digits[..length]);
    }

    public CommandBatch Arg(string word) => Arg(Encoding.UTF8.GetBytes(word));

    /// <summary>Appends one command of words.</summary>
    public CommandBatch Add(params ReadOnlySpan<string> words)
    {
        Begin(words.Length);
        foreach (var word in words)
            Arg(word);
        return this;
    }

    /// <summary>Appends commands that are in their sent form already.</summary>
    public CommandBatch AddRaw(ReadOnlySpan<byte> commands, int count)
    {
        commands.CopyTo(Space(commands.Length));
        Count += count;
        return this;
    }

    /// <summary>Begins a word of a known length that is written piece by piece into what is returned.</summary>
    public Span<byte> ArgSpace(int length)
    {
        Header((byte)'$', length);
        var space = Space(length + 2);
        space[length] = (byte)'\r';
        space[length + 1] = (byte)'\n';
        return space[..length];
    }

    public void Clear() => (Length, Count) = (0, 0);

    /// <summary>Takes back what was added last.</summary>
    public void Cut(int length, int count) => (Length, Count) = (length, count);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count} commands, {Length} bytes");

    private CommandBatch Header(byte kind, int number)
    {
        var space = Space(14);
        space[0] = kind;
        Utf8Formatter.TryFormat(number, space[1..], out var digits);
        space[digits + 1] = (byte)'\r';
        space[digits + 2] = (byte)'\n';
        Length -= 14 - (digits + 3);
        return this;
    }

    private Span<byte> Space(int size)
    {
        if (_bytes.Length - Length < size)
            Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Length + size)));
        Length += size;
        return _bytes.AsSpan(Length - size, size);
    }
}
