using System.Net.Sockets;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Translates what the driver and the server say, once, into problems.</summary>
internal static class Failures
{
    internal static async Task<T> Translate<T>(
        string shown, string doing, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (Of(failure, shown, doing, cancellation) is not null)
        {
            throw Of(failure, shown, doing, cancellation)!;
        }
    }

    /// <summary>The failure as it is told on; null when it is none of the server's or the driver's.</summary>
    internal static Exception? Of(Exception failure, string shown, string doing, CancellationToken cancellation) =>
        failure switch
        {
            GodwitException => null,
            OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }
                when cancellation.IsCancellationRequested => new OperationCanceledException(cancellation),
            PostgresException server => new GodwitException(OfServer(server, shown, doing)),
            NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException
                when cancellation.IsCancellationRequested => new OperationCanceledException(cancellation),
            NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException =>
                new GodwitException(PostgreSqlProblems.NotReached(shown, Why(failure))),
            InvalidOperationException { InnerException: NpgsqlException or IOException } =>
                new GodwitException(PostgreSqlProblems.NotReached(shown, failure.Message)),
            _ => null,
        };

    private static Problem OfServer(PostgresException failure, string shown, string doing)
    {
        var why = Printable.Text(
            $"PostgreSQL says: {failure.MessageText} (SQLSTATE {failure.SqlState})."
            + (failure.Where is { Length: > 0 } where ? $" {FirstLine(where)}." : ""));
        return failure.SqlState switch
        {
            "28P01" or "28000" => PostgreSqlProblems.NoLogin(shown, why),
            "3D000" => PostgreSqlProblems.NoDatabase(shown, why),
            "42501" => PostgreSqlProblems.NoRight(shown, doing, why),
            "53100" or "53200" => PostgreSqlProblems.Full(shown, why),
            "53300" or "53400" => PostgreSqlProblems.TooMany(shown, why),
            "55006" => PostgreSqlProblems.InUse(shown, why),
            "40001" or "40P01" or "55P03" or "57014" => PostgreSqlProblems.Busy(shown, doing, why),
            ['5', '7', 'P', ..] or ['0', '8', ..] or "XX000" => PostgreSqlProblems.NotReached(shown, why),
            ['2', '2', ..] => PostgreSqlProblems.DoesNotFit(shown, doing, why),
            ['2', '3', ..] => PostgreSqlProblems.Refused(shown, doing, why),
            "42P01" or "42703" or "42704" or "3F000" => PostgreSqlProblems.Gone(shown, doing, why),
            _ => PostgreSqlProblems.Unexpected(shown, doing, why),
        };
    }

    private static string Why(Exception failure) =>
        failure.InnerException is { } inner ? $"{failure.Message} ({inner.Message})" : failure.Message;

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}
