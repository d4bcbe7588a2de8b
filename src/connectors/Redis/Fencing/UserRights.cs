using Godwit.Connectors.Redis.Commands;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Fencing;

/// <summary>Which keys a user may use: patterns as ACL GETUSER gives them (<c>~x</c>, <c>%R~x</c>,
/// <c>%W~x</c>).</summary>
/// <param name="Keys">In the server's order.</param>
/// <param name="Commands">Rules for commands, as ACL SETUSER takes them.</param>
/// <param name="HasSelectors">Whether there are rules beside the main ones.</param>
/// <param name="KnowsReading">Whether a pattern may be for reading alone: from 7.0 on.</param>
internal sealed record UserRights(
    IReadOnlyList<string> Keys, IReadOnlyList<string> Commands, bool HasSelectors, bool KnowsReading)
{
    /// <summary>Commands that write, and that key patterns do not stop: to the server, delivering the entries of a
    /// stream is reading them; and who empties a database names no key.</summary>
    private static readonly string[] NotStoppedByKeys = ["-xreadgroup", "-flushall", "-flushdb", "-swapdb"];

    internal static async Task<UserRights?> Read(
        RedisConnection connection, string user, CancellationToken cancellation)
    {
        return Of(await connection.Call(cancellation, "ACL", "GETUSER", user).ConfigureAwait(false));
    }

    /// <summary>What ACL GETUSER replied; null when there is no such user.</summary>
    internal static UserRights? Of(RespValue reply)
    {
        if (reply.IsNull)
            return null;
        var keys = reply["keys"]!;
        var isText = keys.Kind != RespKind.Array;
        return new UserRights(
            isText
                ? keys.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : [.. keys.Items.Select(one => $"~{one.Text}")],
            reply["commands"]!.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            reply["selectors"] is { Items.Length: > 0 },
            isText);
    }

    /// <summary>Why a fence cannot be put up for this user without stopping others' writes; null when it can.</summary>
    internal string? WhyNotFenced(RedisScope scope)
    {
        if (HasSelectors)
            return "It has selectors, and Godwit changes the main rules only.";
        if (scope.IsWhole)
            return null;
        var wide = Keys.FirstOrDefault(one => !IsReadOnly(one) && !IsWithin(one, scope)
            && (!KnowsReading || MayMeet(one, scope)));
        return wide is null
            ? null
            : $"Its pattern {Core.Problems.Printable.Text(wide)} reaches beyond the scope: others would be stopped"
                + " too.";
    }

    /// <summary>The rules that let it read what is in scope, and leave the rest as it is.</summary>
    internal IReadOnlyList<string> Fenced(RedisScope scope) => !KnowsReading
        ? ["-@write"]
        :
        [
            "resetkeys", .. Keys.Select(one => scope.IsWhole || IsWithin(one, scope) ? $"%R~{Pattern(one)}" : one),
            .. NotStoppedByKeys,
        ];

    private static bool IsReadOnly(string rule) => rule.StartsWith("%R~", StringComparison.OrdinalIgnoreCase);

    private static string Pattern(string rule) => rule[(rule.IndexOf('~', StringComparison.Ordinal) + 1)..];

    /// <summary>Told of patterns that end with their only star, and of equal ones.</summary>
    private static bool IsWithin(string rule, RedisScope scope) => scope.Patterns.Any(pattern =>
        Pattern(rule) == pattern
        || (pattern.IndexOfAny(['*', '?', '[', '\\']) == pattern.Length - 1 && pattern.EndsWith('*')
            && Pattern(rule).StartsWith(pattern[..^1], StringComparison.Ordinal)));

    private static bool MayMeet(string rule, RedisScope scope) => scope.Patterns.Any(pattern =>
        new KeyPattern(System.Text.Encoding.UTF8.GetBytes(pattern)).MayOverlap(
            new KeyPattern(System.Text.Encoding.UTF8.GetBytes(Pattern(rule)))));
}
