using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Godwit.Connectors.Redis.Protocol;

/// <summary>Opens connections: reaches the server, proves that it is the right one, and says who asks.</summary>
internal static class RedisDialer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A connection that is ready for commands; the caller disposes it.</summary>
    internal static async Task<RedisConnection> Open(
        RedisEndpoint endpoint, int database, TimeProvider clock, CancellationToken cancellation)
    {
        var stream = await Reach(endpoint, clock, cancellation).ConfigureAwait(false);
        var connection = new RedisConnection(endpoint, stream, clock);
        connection.Start();
        try
        {
            await Introduce(connection, endpoint, database, cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The bare stream, encrypted where the address says so; the caller disposes it.</summary>
    internal static async Task<Stream> Reach(
        RedisEndpoint endpoint, TimeProvider clock, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, either.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            return endpoint.IsEncrypted
                ? stream = await Encrypt(endpoint, stream, either.Token).ConfigureAwait(false)
                : stream;
        }
        catch (Exception failure) when (failure is IOException or SocketException
            or System.Security.Authentication.AuthenticationException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw RedisFailures.NotReached(endpoint, failure);
        }
    }

    private static async Task<Stream> Encrypt(
        RedisEndpoint endpoint, Stream stream, CancellationToken cancellation)
    {
        var encrypted = new SslStream(stream);
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (endpoint.Authority is { } file)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        }
        await encrypted.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
        return encrypted;
    }

    private static async Task Introduce(
        RedisConnection connection, RedisEndpoint endpoint, int database, CancellationToken cancellation)
    {
        if (endpoint.Password is { } password)
        {
            var words = endpoint.User is { } user
                ? CommandBatch.Of("AUTH", user, password)
                : CommandBatch.Of("AUTH", password);
            var reply = (await connection.Send(words, cancellation).ConfigureAwait(false))[0];
            if (reply.IsError)
                throw RedisFailures.Refused(endpoint, reply);
        }
        if (database != 0)
            await connection.Call(cancellation, "SELECT", $"{database}").ConfigureAwait(false);
    }
}
