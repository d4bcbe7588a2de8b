using System.Net.Sockets;
using System.Security.Authentication;
using Godwit.Core.Problems;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Says as a problem what the client or the broker throws.</summary>
internal static class RabbitMqFailures
{
    internal const ushort AccessRefused = 403;
    internal const ushort NotFound = 404;
    internal const ushort Locked = 405;

    private const ushort PreconditionFailed = 406;
    private const ushort CommandInvalid = 503;
    private const ushort NotImplemented = 540;

    /// <exception cref="GodwitException">Instead of whatever the client throws.</exception>
    internal static async Task<T> Translated<T>(
        BrokerSession session, Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (Of(session.Shown, failure) is { } problem)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new GodwitException(problem, failure);
        }
    }

    /// <summary>Null when it is none of a broker's.</summary>
    private static Problem? Of(string shown, Exception failure) => failure switch
    {
        AuthenticationFailureException => RabbitMqProblems.Refused(shown, failure.Message),
        BrokerUnreachableException when Distrust(failure) is { } distrust =>
            RabbitMqProblems.NotTrusted(shown, distrust.Message),
        // A broker that goes down while a connection is opened looks like one that does not know the user.
        PossibleAuthenticationFailureException => RabbitMqProblems.NotReached(shown, failure.Message),
        BrokerUnreachableException { InnerException: { } inner } when inner is not IOException =>
            Of(shown, inner) ?? RabbitMqProblems.NotReached(shown, inner.Message),
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyCode switch
        {
            AccessRefused => RabbitMqProblems.NotAllowed(shown, reason.ReplyText),
            NotFound => RabbitMqProblems.Missing(shown, reason.ReplyText),
            PreconditionFailed or CommandInvalid or NotImplemented =>
                RabbitMqProblems.Rejected(shown, reason.ReplyText),
            _ => RabbitMqProblems.NotReached(shown, reason.ReplyText),
        },
        RabbitMQClientException or IOException or SocketException or TimeoutException or ObjectDisposedException =>
            RabbitMqProblems.NotReached(shown, failure.Message),
        OperationCanceledException => RabbitMqProblems.NotReached(shown, "It did not answer in time"),
        _ => null,
    };

    /// <summary>Why a certificate was not taken; null when it was not for that.</summary>
    private static AuthenticationException? Distrust(Exception? failure) => failure switch
    {
        null => null,
        AuthenticationException distrust => distrust,
        AggregateException several => several.InnerExceptions.Select(Distrust).FirstOrDefault(one => one is not null),
        _ => Distrust(failure.InnerException),
    };
}
