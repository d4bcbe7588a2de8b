using System.Collections.Immutable;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>The tallies of all queues of one direction. Never changes.</summary>
internal sealed class Tallies
{
    private readonly ImmutableDictionary<string, QueueTally> _queues;

    private Tallies(ImmutableDictionary<string, QueueTally> queues) => _queues = queues;

    internal static Tallies None { get; } =
        new(ImmutableDictionary.Create<string, QueueTally>(StringComparer.Ordinal));

    internal QueueTally this[string queue] => _queues.GetValueOrDefault(queue, QueueTally.None);

    internal Tallies Add(IEnumerable<QueuedHash> hashes)
    {
        var changed = _queues.ToBuilder();
        foreach (var (queue, hash) in hashes)
            changed[queue] = changed.GetValueOrDefault(queue, QueueTally.None).Add(hash);
        return new Tallies(changed.ToImmutable());
    }

    internal void Write(BinaryWriter file)
    {
        file.Write(_queues.Count);
        foreach (var (queue, tally) in _queues.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            file.Write(queue);
            file.Write(tally.Count);
            file.Write(tally.Chain);
        }
    }

    internal static Tallies Read(BinaryReader file)
    {
        var queues = ImmutableDictionary.CreateBuilder<string, QueueTally>(StringComparer.Ordinal);
        for (var left = file.ReadInt32(); left > 0; left--)
            queues.Add(file.ReadString(), new QueueTally(file.ReadInt64(), file.ReadBytes(32)));
        return new Tallies(queues.ToImmutable());
    }
}
