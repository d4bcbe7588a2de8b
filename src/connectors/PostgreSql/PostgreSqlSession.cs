using Godwit.Core.Stores;
using Npgsql;
using Npgsql.Replication;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Opens connections to one database, all with the same settings.</summary>
/// <remarks>
/// The settings make the text of every value exact and independent of the server's configuration; names are found in
/// <c>pg_catalog</c> only, so that nobody's function can stand in for a built-in one; row security raises an error
/// instead of hiding rows; a commit is on the disk when it is answered, because the other side forgets what is durable
/// here.
/// </remarks>
internal sealed class PostgreSqlSession : IAsyncDisposable
{
    private const string Settings =
        "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c DateStyle=ISO,MDY"
        + " -c IntervalStyle=postgres -c TimeZone=UTC -c extra_float_digits=1 -c bytea_output=hex -c xmloption=content"
        + " -c search_path=pg_catalog -c row_security=off -c standard_conforming_strings=on"
        + " -c client_min_messages=warning -c jit=off -c synchronous_commit=on";

    /// <summary>A copy sends each row as a message of its own: with the driver's 8 KB most of the time goes into asking
    /// the kernel for more. What is written is larger than any buffer and goes past it.</summary>
    private const int ReadBufferSize = 1 << 17;

    private readonly NpgsqlDataSource _source;
    private readonly string _replication;

    internal PostgreSqlSession(StoreOpening opening)
    {
        Shown = opening.Shown;
        var settings = PostgreSqlAddress.Parse(opening.Address, opening.Shown);
        settings.ApplicationName = $"godwit {opening.Migration}"[..Math.Min(60, opening.Migration.Length + 7)];
        settings.Options = Settings;
        settings.Timeout = 15;
        settings.CommandTimeout = 0;
        settings.MaxPoolSize = 60;
        settings.KeepAlive = 30;
        settings.PersistSecurityInfo = true;
        settings.ClientEncoding = "UTF8";
        settings.ReadBufferSize = ReadBufferSize;
        _source = NpgsqlDataSource.Create(settings.ConnectionString);
        settings.Pooling = false;
        settings.KeepAlive = 0;
        settings.Multiplexing = false;
        _replication = settings.ConnectionString;
    }

    /// <summary>For people.</summary>
    internal string Shown { get; }

    /// <summary>An open connection; disposing it gives it back.</summary>
    internal ValueTask<NpgsqlConnection> Open(CancellationToken cancellation) =>
        _source.OpenConnectionAsync(cancellation);

    /// <summary>Runs work on a connection of its own; what the server says against it becomes a problem.</summary>
    internal Task<T> Do<T>(
        string doing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) =>
        Failures.Translate(
            Shown,
            doing,
            async () =>
            {
                var connection = await Open(cancellation).ConfigureAwait(false);
                await using var _ = connection.ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            },
            cancellation);

    /// <inheritdoc cref="Do{T}"/>
    internal Task Do(string doing, Func<NpgsqlConnection, Task> work, CancellationToken cancellation) => Do(
        doing,
        async connection =>
        {
            await work(connection).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>As <see cref="Do{T}"/>, in one transaction that is committed at the end.</summary>
    internal Task<T> InTransaction<T>(
        string doing, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) => Do(
        doing,
        async connection =>
        {
            var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            var result = await work(connection).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return result;
        },
        cancellation);

    /// <inheritdoc cref="InTransaction{T}"/>
    internal Task InTransaction(
        string doing, Func<NpgsqlConnection, Task> work, CancellationToken cancellation) => InTransaction(
        doing,
        async connection =>
        {
            await work(connection).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>A connection that speaks the replication protocol, open.</summary>
    internal async Task<LogicalReplicationConnection> OpenReplication(CancellationToken cancellation)
    {
        var connection = new LogicalReplicationConnection(_replication)
        {
            WalReceiverStatusInterval = TimeSpan.FromSeconds(5),
            // The server says something every half minute; a connection that is silent for longer is dead.
            WalReceiverTimeout = TimeSpan.FromMinutes(2),
        };
        await connection.Open(cancellation).ConfigureAwait(false);
        return connection;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
