using System.Text;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>Replies that the client of the tests received, as the connector would have them.</summary>
internal static class Replies
{
    public static RespValue AsValue(object? reply) => reply switch
    {
        null => RespValue.Null,
        long number => RespValue.Of(number),
        byte[] bytes => RespValue.Bulk(bytes),
        string text => RespValue.Status(Encoding.UTF8.GetBytes(text)),
        object?[] items => RespValue.Array([.. items.Select(AsValue)]),
        _ => throw new ArgumentException($"Not a reply: {reply}", nameof(reply)),
    };
}
