using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Chooses how a source is followed that does not let itself be followed as a replica does.</summary>
internal static class TouchTellings
{
    /// <summary>Before 7.0 nobody can tell whether notifications were switched off for a while.</summary>
    private static readonly Version Notifies = new(7, 0);

    /// <summary>The first way that the server allows.</summary>
    /// <returns>Null and why there is none; with the second way, why the first is not to be had.</returns>
    internal static async Task<(ITouchTelling? Telling, string Why)> Choose(
        RedisSession session, CancellationToken cancellation)
    {
        var tracking = new ClientTracking(session);
        if (await WhyNot(session, tracking, cancellation).ConfigureAwait(false) is not { } untracked)
            return (tracking, "");
        var notifications = new KeyNotifications(session);
        var why = await WhyNotNotified(session, notifications, cancellation).ConfigureAwait(false);
        return why is null ? (notifications, untracked) : (null, $"{untracked}. {why}");
    }

    /// <summary>Tries it, with a connection that is closed again.</summary>
    private static async Task<string?> WhyNot(
        RedisSession session, ITouchTelling telling, CancellationToken cancellation)
    {
        var hearing = await session.Dial(session.OwnDatabase, cancellation).ConfigureAwait(false);
        await using var _ = hearing.ConfigureAwait(false);
        try
        {
            await hearing.Call(cancellation, "HELLO", "3").ConfigureAwait(false);
            await telling.Begin(hearing, cancellation).ConfigureAwait(false);
            return null;
        }
        catch (GodwitException refused) when (refused.Problem.Recovery != Recovery.Retry)
        {
            return refused.Problem.Why.Replace("It says: ", "", StringComparison.Ordinal).TrimEnd('.');
        }
    }

    private static async Task<string?> WhyNotNotified(
        RedisSession session, KeyNotifications notifications, CancellationToken cancellation)
    {
        if (session.Facts.Version < Notifies)
            return "Notifications are used from 7.0 on";
        var control = await session.Control(cancellation).ConfigureAwait(false);
        if (await UntoldChanges.Begin(control, cancellation).ConfigureAwait(false) is null)
            return "INFO commandstats is empty: nobody could tell when databases are emptied";
        if (await notifications.WhyNotSet(cancellation).ConfigureAwait(false) is { } unset)
            return unset;
        return await WhyNot(session, notifications, cancellation).ConfigureAwait(false) is { } why
            ? $"{why} (PSUBSCRIBE {Printable.Text(string.Join(' ', notifications.Channels))})"
            : null;
    }
}
