using Godwit.Connectors.RabbitMq.Moving;
using RabbitMQ.Client;

namespace Godwit.Tests.Connectors.RabbitMq;

public sealed class HashingMessages
{
    /// <summary>Ledgers on users' disks hold these.</summary>
    [Fact]
    public void The_canonical_form_is_what_it_always_was()
    {
        Assert.Equal(
            "41a051664fff7df2a3a50598b4b1b476", Text(MessageHash.Of("", new BasicProperties(), [])));
        Assert.Equal(
            "7cd78ac0c116f17f7a38e890d4d39dda", Text(MessageHash.Of("orders", Everything(), "body"u8)));
        Assert.Equal(
            "eb7d51672cfe633957f56fc84e16ddd2", Text(MessageHash.Of("", new BasicProperties(), new byte[2048])));
        Assert.Equal(
            "cb9f2c3745a9b3cd2c3cb31536794885", Text(MessageHash.Of("", new BasicProperties(), new byte[2049])));
    }

    [Fact]
    public void Everything_that_is_kept_counts()
    {
        Action<BasicProperties>[] changes =
        [
            one => one.ContentType = "b", one => one.ContentEncoding = "b", one => one.DeliveryMode = (DeliveryModes)1,
            one => one.Priority = 8, one => one.CorrelationId = "b", one => one.ReplyTo = "b",
            one => one.Expiration = "2", one => one.MessageId = "b", one => one.Timestamp = new AmqpTimestamp(2),
            one => one.Type = "b", one => one.UserId = "b", one => one.AppId = "b", one => one.ClusterId = "b",
            one => one.Headers!["more"] = null, one => one.Headers!.Remove("text"), one => one.Headers = null,
            one => one.Headers!["byte"] = 1, one => one.ContentType = null,
        ];
        var hashes = changes.Select(change =>
        {
            var changed = Everything();
            change(changed);
            return MessageHash.Of("orders", changed, "body"u8);
        }).ToList();
        hashes.Add(MessageHash.Of("orders", Everything(), "body"u8));
        hashes.Add(MessageHash.Of("order", Everything(), "sbody"u8));
        hashes.Add(MessageHash.Of("orders", Everything(), "bodies"u8));
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void The_order_of_headers_does_not_count()
    {
        var (one, other) = (new BasicProperties(), new BasicProperties());
        one.Headers = new Dictionary<string, object?> { ["a"] = 1, ["b"] = 2 };
        other.Headers = new Dictionary<string, object?> { ["b"] = 2, ["a"] = 1 };
        Assert.Equal(MessageHash.Of("", one, []), MessageHash.Of("", other, []));
    }

    internal static BasicProperties Everything() => new()
    {
        ContentType = "a", ContentEncoding = "a", DeliveryMode = DeliveryModes.Persistent, Priority = 7,
        CorrelationId = "a", ReplyTo = "a", Expiration = "3600000", MessageId = "a", Timestamp = new AmqpTimestamp(1),
        Type = "a", UserId = "guest", AppId = "a", ClusterId = "a",
        Headers = new Dictionary<string, object?>
        {
            ["text"] = "é"u8.ToArray(), ["bytes"] = new BinaryTableValue([0, 255]), ["flag"] = true,
            ["byte"] = (byte)1, ["signed"] = (sbyte)-1, ["short"] = (short)-2, ["unsigned short"] = (ushort)2,
            ["int"] = -3, ["unsigned"] = 3u, ["long"] = 1L << 40, ["double"] = 0.1, ["float"] = 0.5f,
            ["decimal"] = 12.50m, ["time"] = new AmqpTimestamp(1_700_000_000), ["nothing"] = null,
            ["list"] = new List<object?> { 1, "a"u8.ToArray(), new List<object?> { 2L } },
            ["table"] = new Dictionary<string, object?> { ["in"] = 1 },
        },
    };

    private static string Text(UInt128 hash) => hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
