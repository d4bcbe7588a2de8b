using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>What applications do over the stream protocol: publish under names of their own, and read what lies there,
/// byte for byte.</summary>
internal sealed class StreamHand : IAsyncDisposable
{
    private readonly BrokerSession _session;
    private readonly StreamConnection _connection;
    private ulong _last;

    private StreamHand(BrokerSession session, StreamConnection connection) =>
        (_session, _connection) = (session, connection);

    public StreamConnection Connection => _connection;

    public static async Task<StreamHand> Of(string address)
    {
        var session = new BrokerSession(
            new StoreOpening
            {
                Address = address, Shown = "the broker", Migration = "hand", Mark = "0123abcd", Elsewhere = "",
                Clock = TimeProvider.System, Chance = () => 0.5,
            },
            StoreRole.Source);
        return new StreamHand(session, await StreamConnection.Open(session, CancellationToken.None));
    }

    /// <summary>Publishes messages; they are there when this returns.</summary>
    public Task Publish(string stream, params byte[][] bodies) =>
        Publish(stream, [.. bodies.Select(one => new StreamUnit(_last++, 1, 0, 0, one))]);

    public Task Publish(string stream, IReadOnlyList<StreamUnit> units) =>
        new StreamPublisher(_connection).Publish(stream, $"hand-{_session.GetHashCode()}", units, default);

    /// <summary>Several messages as one entry, as clients put them together.</summary>
    public StreamUnit Together(ushort count, byte compression, byte[] body) =>
        new(_last += count, count, (byte)(0x80 | (compression << 4)), 1000, body);

    /// <summary>Those of some names that are streams here.</summary>
    public Task<IReadOnlyList<string>> Streams(params string[] names) =>
        new StreamEnds(_connection).Streams(names, default);

    public Task<ulong> End(string stream) => new StreamEnds(_connection).End(stream, default);

    public Task<ulong?> First(string stream) => new StreamEnds(_connection).First(stream, default);

    /// <summary>Everything that is there.</summary>
    public async Task<IReadOnlyList<StreamUnit>> ReadAll(string stream)
    {
        var (units, cursor, end) = (new List<StreamUnit>(), new StreamCursor(_connection, stream), await End(stream));
        await cursor.Seek(0, default);
        while (await cursor.PeekBefore(end, default) is { } unit)
        {
            units.Add(unit);
            cursor.Advance();
        }
        await cursor.Close(default);
        return units;
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _session.DisposeAsync();
    }
}
