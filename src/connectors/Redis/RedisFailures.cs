using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis;

/// <summary>Translates what goes wrong on the way to a server, and what a server says, into problems.</summary>
internal static class RedisFailures
{
    internal static GodwitException NotReached(RedisEndpoint endpoint, Exception failure) =>
        new(RedisProblems.NotReached($"{endpoint}", Why(failure)), failure);

    internal static GodwitException Lost(RedisEndpoint endpoint, Exception failure) =>
        failure as GodwitException ?? new GodwitException(RedisProblems.Lost($"{endpoint}", Why(failure)), failure);

    /// <summary>Who we say we are was not believed.</summary>
    internal static GodwitException Refused(RedisEndpoint endpoint, RespValue error) =>
        new(RedisProblems.Refused($"{endpoint}", Said(error)));

    /// <summary>An error in a reply, by the word that it begins with.</summary>
    internal static GodwitException Said(RedisEndpoint endpoint, RespValue error) =>
        new(OfError($"{endpoint}", Said(error)));

    internal static Problem OfError(string server, string said) => said.Split(' ', 2)[0] switch
    {
        "NOAUTH" or "WRONGPASS" => RedisProblems.Refused(server, said),
        "NOPERM" => RedisProblems.NotAllowed(server, said),
        "LOADING" or "BUSY" or "MASTERDOWN" or "NOREPLICAS" or "TRYAGAIN" or "CLUSTERDOWN" or "UNKILLABLE" or "MOVED"
            or "ASK" =>
            RedisProblems.Busy(server, said),
        "OOM" => RedisProblems.Full(server, said),
        "READONLY" => RedisProblems.ReadOnly(server, said),
        "MISCONF" => RedisProblems.CannotPersist(server, said),
        // A script at a node that has lost the slot: its new owner is found with the next connection.
        _ when said.Contains("non local key", StringComparison.Ordinal) => RedisProblems.Busy(server, said),
        _ => RedisProblems.Unexpected(server, said),
    };

    /// <summary>What the server said, made safe to print.</summary>
    internal static string Said(RespValue error) => Printable.Text(error.Bytes).TrimEnd('.');

    private static string Why(Exception failure) => failure switch
    {
        TimeoutException => "It did not answer in time.",
        OperationCanceledException => "It did not answer in time.",
        FormatException broken => $"It does not speak RESP: {broken.Message}",
        _ => Sentence(Printable.Text(failure.Message)),
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
