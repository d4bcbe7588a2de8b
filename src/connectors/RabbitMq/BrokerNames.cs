using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Godwit.Connectors.RabbitMq;

/// <summary>What Godwit's own queues and exchanges at a broker are called.</summary>
/// <param name="mark">See <see cref="Core.Stores.StoreOpening.Mark"/>.</param>
internal sealed class BrokerNames(string mark)
{
    internal const string Prefix = "godwit.";

    private const int Longest = 255;

    /// <summary>Holds the number of the last batch that was taken away from here.</summary>
    internal string Taken => $"{Prefix}{mark}.taken";

    /// <summary>Exclusive to the connection that reads: as long as it is there, that one is not over.</summary>
    internal string Reader => $"{Prefix}{mark}.reader";

    /// <summary>Exclusive to the connection that writes.</summary>
    internal string Writer => $"{Prefix}{mark}.writer";

    /// <summary>An exchange of the writer's that is gone when the broker restarts.</summary>
    internal string Life => $"{Prefix}{mark}.life";

    /// <summary>An exchange of the reader's that is gone when the broker restarts.</summary>
    internal string Drain => $"{Prefix}{mark}.drain";

    /// <summary>The exchange that brings a message to its queue's door and to the queue's tracker.</summary>
    internal string Way(string queue) => Of("way", queue);

    /// <summary>The exchange that brings a message to its queue; the broker deletes it with the queue.</summary>
    internal string Door(string queue) => Of("door", queue);

    /// <summary>Gets a copy of each message of a batch: its depth tells how many have arrived.</summary>
    internal string Tracker(string queue) => Of("sent", queue);

    /// <summary>Where messages go that expire in the tracker.</summary>
    internal string Expired(string queue) => Of("expired", queue);

    /// <summary>Under this name a broker counts what of a stream it has got.</summary>
    /// <param name="attempt">Tells apart moves of the same stream by the same migration, after an abort.</param>
    internal string Reference(string stream, long attempt) =>
        Of("stream", string.Create(CultureInfo.InvariantCulture, $"{attempt:x}.{stream}"));

    private string Of(string what, string queue)
    {
        var name = $"{Prefix}{mark}.{what}.{queue}";
        return Encoding.UTF8.GetByteCount(name) <= Longest
            ? name
            : $"{Prefix}{mark}.{what}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(queue)))}";
    }
}
