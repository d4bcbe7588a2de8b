using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Fencing;

/// <summary>What a fenced user had, kept among the server's users: for each migration that fences it one that is
/// switched off and has its rights. They live as long as the rights that the fence changes, whatever happens to the
/// keys.</summary>
internal sealed class SavedRights(RedisConnection connection, string mark, string user)
{
    private const string Prefix = RedisScope.OwnPrefix + "fence:";

    private string Own => $"{Prefix}{mark}:{user}";

    /// <summary>Keeps what the user has, or had before somebody else fenced it; what is kept already stays.</summary>
    /// <returns>What is kept; null when there is no such user.</returns>
    internal async Task<UserRights?> Keep(CancellationToken cancellation)
    {
        // At one moment: between two, somebody could lower his fence, and what it had left would be kept.
        var replies = await connection.Send(
            new CommandBatch().Add("MULTI").Add("ACL", "USERS").Add("ACL", "GETUSER", user).Add("EXEC"), cancellation)
            .ConfigureAwait(false);
        connection.ThrowIfError(replies);
        var both = replies[3].Items;
        connection.ThrowIfError(both);
        var keepers = Keepers(both[0]);
        if (keepers.Contains(Own))
            return await UserRights.Read(connection, Own, cancellation).ConfigureAwait(false);
        var rights = keepers.Count > 0
            ? await UserRights.Read(connection, keepers[0], cancellation).ConfigureAwait(false)
            : UserRights.Of(both[1]);
        if (rights is not null)
            await connection.Call(
                cancellation, ["ACL", "SETUSER", Own, "reset", .. rights.Keys, .. rights.Commands])
                .ConfigureAwait(false);
        return rights;
    }

    /// <summary>Gives the user back what it had, unless another migration still fences it; may be cut off and
    /// repeated.</summary>
    internal async Task GiveBack(CancellationToken cancellation)
    {
        var keepers = Keepers(await connection.Call(cancellation, "ACL", "USERS").ConfigureAwait(false));
        if (!keepers.Contains(Own))
            return;
        if (keepers.Count == 1
            && await UserRights.Read(connection, Own, cancellation).ConfigureAwait(false) is { } rights)
            await connection.Call(
                cancellation,
                ["ACL", "SETUSER", user, "resetkeys", .. rights.Keys, "nocommands", .. rights.Commands])
                .ConfigureAwait(false);
        await connection.Call(cancellation, "ACL", "DELUSER", Own).ConfigureAwait(false);
    }

    /// <remarks>A mark has no colon.</remarks>
    private List<string> Keepers(RespValue users) =>
        [
            .. users.Items.Select(one => one.Text).Where(one =>
                one.StartsWith(Prefix, StringComparison.Ordinal)
                && one.IndexOf(':', Prefix.Length) is > 0 and var colon && one[(colon + 1)..] == user),
        ];
}
