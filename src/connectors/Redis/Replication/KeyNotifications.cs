using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Touched keys as a server tells them to subscribers: <c>__keyspace@DATABASE__:KEY</c>.</summary>
/// <remarks>Redis documentation, "Redis keyspace notifications". What empties or exchanges databases is not told: see
/// <see cref="UntoldChanges"/>.</remarks>
internal sealed class KeyNotifications(RedisSession session) : ITouchTelling
{
    private const string Setting = "notify-keyspace-events";

    /// <summary>Every class of events about keys that were changed. A stands for all of them.</summary>
    private const string Classes = "g$lshzxetd";

    private readonly byte[] _prefix = Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"__keyspace@{session.Scope.Database}__:"));

    /// <summary>What is subscribed to: channels have the patterns of keys behind a prefix.</summary>
    internal IReadOnlyList<string> Channels =>
        [
            .. (session.Scope.IsWhole ? ["*"] : session.Scope.Patterns)
                .Select(one => Encoding.ASCII.GetString(_prefix) + one),
        ];

    /// <summary>Whether a server that is set so tells of every change.</summary>
    private static bool Suffices(string setting) => setting.Contains('K', StringComparison.Ordinal)
        && (setting.Contains('A', StringComparison.Ordinal) || Classes.All(setting.Contains));

    public async Task Begin(RedisConnection hearing, CancellationToken cancellation)
    {
        // That a subscription stands is pushed, and is no reply; that it is refused is one.
        var subscribe = new CommandBatch().Add(["PSUBSCRIBE", .. Channels]);
        var batch = new CommandBatch().AddRaw(subscribe.Memory.Span, 0).Add("PING");
        await hearing.One(batch, cancellation).ConfigureAwait(false);
        if (await WhyNotSet(cancellation).ConfigureAwait(false) is { } why)
            throw new GodwitException(RedisProblems.NothingTold(session.Shown, why));
    }

    /// <summary>Why the server does not tell of every change; null when it does.</summary>
    internal async Task<string?> WhyNotSet(CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var setting = (await control.Send(CommandBatch.Of("CONFIG", "GET", Setting), cancellation)
            .ConfigureAwait(false))[0];
        if (setting.IsError)
            return $"{RedisFailures.Said(setting)} (CONFIG GET {Setting})";
        var said = setting[Setting]?.Text ?? "";
        return Suffices(said) ? null : $"CONFIG SET {Setting} KA is missing: it is '{Printable.Text(said)}'";
    }

    public void Hear(RespValue pushed, TouchedQueue touched)
    {
        if (pushed.Items is not [var kind, _, var channel, _] || kind.Text != "pmessage"
            || !channel.Bytes.AsSpan().StartsWith(_prefix))
            return;
        var key = channel.Bytes[_prefix.Length..];
        if (session.Scope.Contains(session.Scope.Database!.Value, key))
            touched.Add(key);
    }
}
