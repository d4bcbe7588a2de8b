using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>One move while it is being run: its stores, streams and chunks.</summary>
internal sealed class Lane(
    int number, MovePorts ports, IReadOnlyList<ScopedStream> streams, IReadOnlyList<Chunk> chunks)
{
    internal int Number { get; } = number;

    internal MovePorts Ports { get; } = ports;

    internal IReadOnlyList<ScopedStream> Streams { get; } = streams;

    internal IReadOnlyList<Chunk> Chunks { get; } = chunks;

    internal string Name => $"{Ports.From.Address} -> {Ports.To.Address}";

    /// <summary>What the route calls the move, whatever parts it falls into: the source as it is written.</summary>
    internal string RouteName => Ports.Definition.From;

    /// <summary>Where traffic is, as it is written, when records have flowed in a direction and it has gone
    /// over.</summary>
    internal string Place(Direction direction) =>
        direction == Direction.Forward ? Ports.Definition.To : Ports.Definition.From;

    /// <summary>Where traffic is while records flow in a direction.</summary>
    internal IStore Origin(Direction direction) => direction == Direction.Forward ? Ports.From : Ports.To;

    /// <summary>Where the records go.</summary>
    internal IStore Destination(Direction direction) => direction == Direction.Forward ? Ports.To : Ports.From;
}
