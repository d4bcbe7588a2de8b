using System.Globalization;
using System.Text;

namespace Godwit.Connectors.Redis.Protocol;

/// <summary>One reply of a server, RESP2 or RESP3; maps are arrays of keys and values in turn.</summary>
/// <remarks>The replies that come by the million (<c>OK</c>, <c>QUEUED</c>, small numbers) are shared
/// objects.</remarks>
internal sealed class RespValue
{
    private const int SmallNumbers = 1024;

    private static readonly RespValue[] Numbers =
        [.. Enumerable.Range(-1, SmallNumbers).Select(one => new RespValue(RespKind.Integer) { Integer = one })];

    private RespValue(RespKind kind) => Kind = kind;

    public static RespValue Ok { get; } = new(RespKind.Status) { Bytes = "OK"u8.ToArray() };

    public static RespValue Queued { get; } = new(RespKind.Status) { Bytes = "QUEUED"u8.ToArray() };

    public static RespValue Null { get; } = new(RespKind.Null);

    public RespKind Kind { get; }

    public long Integer { get; private init; }

    /// <summary>Of a status, an error or a bulk; empty otherwise.</summary>
    public byte[] Bytes { get; private init; } = [];

    /// <summary>Of an array or a push; empty otherwise.</summary>
    public RespValue[] Items { get; private init; } = [];

    public bool IsNull => Kind == RespKind.Null;

    public bool IsError => Kind == RespKind.Error;

    /// <summary>The bytes as text, whatever they are; numbers in digits.</summary>
    public string Text =>
        Kind == RespKind.Integer ? Integer.ToString(CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(Bytes);

    /// <summary>The number that the reply is or spells.</summary>
    /// <exception cref="FormatException">It is no number.</exception>
    public long Number =>
        Kind == RespKind.Integer
            ? Integer
            : long.Parse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    public static RespValue Status(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("OK"u8) ? Ok
        : text.SequenceEqual("QUEUED"u8) ? Queued
        : new RespValue(RespKind.Status) { Bytes = text.ToArray() };

    public static RespValue Error(ReadOnlySpan<byte> text) => new(RespKind.Error) { Bytes = text.ToArray() };

    public static RespValue Of(long number) =>
        number is >= -1 and < SmallNumbers - 1
            ? Numbers[number + 1]
            : new RespValue(RespKind.Integer) { Integer = number };

    /// <param name="bytes">Belongs to the value from here on.</param>
    public static RespValue Bulk(byte[] bytes) => new(RespKind.Bulk) { Bytes = bytes };

    public static RespValue Array(RespValue[] items) => new(RespKind.Array) { Items = items };

    public static RespValue Push(RespValue[] items) => new(RespKind.Push) { Items = items };

    /// <summary>The value that belongs to a name in a map; null when there is none.</summary>
    public RespValue? this[string name]
    {
        get
        {
            for (var i = 0; i + 1 < Items.Length; i += 2)
            {
                if (string.Equals(Items[i].Text, name, StringComparison.OrdinalIgnoreCase))
                    return Items[i + 1];
            }
            return null;
        }
    }
}
