using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>The first half of SHA-256 over everything of a message that is kept: routing key, properties, headers,
/// body.</summary>
/// <remarks>
/// Canonical form, frozen because ledgers hold its results: every text as its length (four bytes little-endian) and
/// its UTF-8; what is absent, and a table of headers without any, as length -1; headers in the order of their names,
/// each value with a letter for its type, as on the wire. Lengths and letters make it unambiguous.
/// </remarks>
internal sealed class MessageHash
{
    /// <summary>Up to here a body is copied behind the rest, and hashed in one piece.</summary>
    private const int Short = 2048;

    private readonly ArrayBufferWriter<byte> _form = new(512);

    private MessageHash()
    {
    }

    internal static UInt128 Of(string routingKey, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        var hash = new MessageHash();
        hash.Text(routingKey);
        hash.Properties(properties);
        hash.Length(body.Length);
        Span<byte> result = stackalloc byte[32];
        if (body.Length > Short)
        {
            using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            whole.AppendData(hash._form.WrittenSpan);
            whole.AppendData(body);
            whole.GetHashAndReset(result);
        }
        else
        {
            hash._form.Write(body);
            SHA256.HashData(hash._form.WrittenSpan, result);
        }
        return BinaryPrimitives.ReadUInt128BigEndian(result);
    }

    internal static UInt128 Of(Message message) => Of(message.RoutingKey, message.Properties, message.Body.Span);

    private void Properties(IReadOnlyBasicProperties all)
    {
        Text(all.IsContentTypePresent() ? all.ContentType : null);
        Text(all.IsContentEncodingPresent() ? all.ContentEncoding : null);
        Number(all.IsDeliveryModePresent() ? (long)all.DeliveryMode : -1);
        Number(all.IsPriorityPresent() ? all.Priority : -1);
        Text(all.IsCorrelationIdPresent() ? all.CorrelationId : null);
        Text(all.IsReplyToPresent() ? all.ReplyTo : null);
        Text(all.IsExpirationPresent() ? all.Expiration : null);
        Text(all.IsMessageIdPresent() ? all.MessageId : null);
        Number(all.IsTimestampPresent() ? all.Timestamp.UnixTime : -1);
        Text(all.IsTypePresent() ? all.Type : null);
        Text(all.IsUserIdPresent() ? all.UserId : null);
        Text(all.IsAppIdPresent() ? all.AppId : null);
        Text(all.IsClusterIdPresent() ? all.ClusterId : null);
        if (all.IsHeadersPresent() && all.Headers is { Count: > 0 } headers)
            Table(headers);
        else
            Length(-1);
    }

    private void Table(IDictionary<string, object?> table)
    {
        Length(table.Count);
        foreach (var (name, value) in table.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Text(name);
            Value(value);
        }
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: Letter('V'); break;
            case byte[] bytes: Letter('S'); Bytes(bytes); break;
            case string text: Letter('S'); Text(text); break;
            case BinaryTableValue binary: Letter('x'); Bytes(binary.Bytes); break;
            case bool flag: Letter('t'); Number(flag ? 1 : 0); break;
            case AmqpTimestamp time: Letter('T'); Number(time.UnixTime); break;
            case double real: Letter('d'); Number(BitConverter.DoubleToInt64Bits(real)); break;
            case float real: Letter('f'); Number(BitConverter.SingleToInt32Bits(real)); break;
            case decimal number: Letter('D'); foreach (var part in decimal.GetBits(number)) Number(part); break;
            case IDictionary<string, object?> table: Letter('F'); Table(table); break;
            case System.Collections.IList list: Letter('A'); List(list); break;
            default: Whole(value); break;
        }
    }

    private void Whole(object value)
    {
        var (letter, number) = value switch
        {
            sbyte one => ('b', (long)one),
            byte one => ('B', one),
            short one => ('s', one),
            ushort one => ('u', one),
            int one => ('I', one),
            uint one => ('i', one),
            long one => ('l', one),
            _ => throw new InvalidOperationException($"A header of type {value.GetType()} has no canonical form."),
        };
        Letter(letter);
        Number(number);
    }

    private void List(System.Collections.IList list)
    {
        Length(list.Count);
        foreach (var one in list)
            Value(one);
    }

    private void Letter(char letter)
    {
        _form.GetSpan(1)[0] = (byte)letter;
        _form.Advance(1);
    }

    private void Number(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_form.GetSpan(8), number);
        _form.Advance(8);
    }

    private void Length(int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_form.GetSpan(4), length);
        _form.Advance(4);
    }

    private void Text(string? text)
    {
        if (text is null)
        {
            Length(-1);
            return;
        }
        Length(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _form);
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length);
        _form.Write(bytes);
    }
}
