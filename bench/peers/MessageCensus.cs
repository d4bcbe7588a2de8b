namespace Godwit.Bench.Peers;

/// <summary>Counts which messages of a load have arrived, and how.</summary>
internal sealed class MessageCensus(QueueLoad load)
{
    private readonly bool[] _seen = new bool[load.Count];
    private int _next;

    /// <summary>Messages that are not there.</summary>
    internal long Lost => _seen.Count(one => !one);

    /// <summary>How often a message came that was there already.</summary>
    internal long Doubled { get; private set; }

    /// <summary>How often a message came for the first time behind a later one.</summary>
    internal long Disordered { get; private set; }

    /// <summary>Messages that nobody has sent.</summary>
    internal long Harmed { get; private set; }

    internal long Wrong => Lost + Doubled + Disordered + Harmed;

    /// <summary>To be called in the order of the queue.</summary>
    internal void Add(ReadOnlySpan<byte> body)
    {
        if (load.NumberOf(body) is not { } number)
        {
            Harmed++;
            return;
        }
        if (_seen[number])
            Doubled++;
        else if (number < _next)
            Disordered++;
        _seen[number] = true;
        _next = Math.Max(_next, number + 1);
    }
}
