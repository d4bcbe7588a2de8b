namespace Godwit.Connectors.RabbitMq;

/// <summary>Names of queues with <c>*</c> for any characters; none for all queues.</summary>
internal sealed class QueuePatterns(IReadOnlyList<string> patterns)
{
    /// <summary>Those that stand for one queue each.</summary>
    internal IEnumerable<string> Plain => patterns.Where(one => !one.Contains('*', StringComparison.Ordinal));

    /// <summary>Whether all queues can be told from the patterns alone.</summary>
    internal bool IsPlain => patterns.Count > 0 && Plain.Count() == patterns.Count;

    internal bool Includes(string queue) =>
        !queue.StartsWith(BrokerNames.Prefix, StringComparison.Ordinal)
        && (patterns.Count == 0 || patterns.Any(one => Matches(one, queue)));

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
            return pattern.SequenceEqual(name);
        if (!name.StartsWith(pattern[..star], StringComparison.Ordinal))
            return false;
        for (var at = star; at <= name.Length; at++)
        {
            if (Matches(pattern[(star + 1)..], name[at..]))
                return true;
        }
        return false;
    }
}
