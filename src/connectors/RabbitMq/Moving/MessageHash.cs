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
internal sealed class MessageHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private MessageHash()
    {
    }

    internal static UInt128 Of(string routingKey, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        using var hash = new MessageHash();
        hash.Text(routingKey);
        hash.Properties(properties);
        hash.Bytes(body);
        Span<byte> result = stackalloc byte[32];
        hash._hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadUInt128BigEndian(result);
    }

    internal static UInt128 Of(Message message) => Of(message.RoutingKey, message.Properties, message.Body.Span);

    public void Dispose() => _hash.Dispose();

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

    private void Letter(char letter) => _hash.AppendData([(byte)letter]);

    private void Number(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.AppendData(bytes);
    }

    private void Length(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        _hash.AppendData(bytes);
    }

    private void Text(string? text)
    {
        if (text is null)
            Length(-1);
        else
            Bytes(Encoding.UTF8.GetBytes(text));
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length);
        _hash.AppendData(bytes);
    }
}
