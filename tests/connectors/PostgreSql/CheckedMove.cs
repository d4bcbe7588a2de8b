using Godwit.Connectors.PostgreSql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Planning;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>Two databases, and what <c>check</c> says of moving all tables of the one to the other.</summary>
internal sealed class CheckedMove(PostgreSqlDatabase source, PostgreSqlDatabase target) : IAsyncDisposable
{
    /// <summary>As a migration's name gives it.</summary>
    public const string Mark = "0123abcd";

    public PostgreSqlDatabase Source { get; } = source;

    public PostgreSqlDatabase Target { get; } = target;

    /// <summary>Whether traffic may come back.</summary>
    public bool FeedsBack { get; init; } = true;

    /// <summary>Between two new databases of one server.</summary>
    public static async Task<CheckedMove> Create(string atSource = "", string atTarget = "", string options = "")
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        return await Create(server, server, atSource, atTarget, options);
    }

    public static async Task<CheckedMove> Create(
        PostgreSqlServer from, PostgreSqlServer to, string atSource = "", string atTarget = "", string options = "")
    {
        var move = new CheckedMove(await from.CreateDatabase(), await to.CreateDatabase(options));
        await move.Source.Run(atSource);
        await move.Target.Run(atTarget);
        return move;
    }

    /// <summary>What is told of one side.</summary>
    /// <param name="role">Which.</param>
    /// <param name="user">Who asks, at that side.</param>
    public async Task<IReadOnlyList<Problem>> Check(StoreRole role, string user = "godwit")
    {
        await using var from = await Open(StoreRole.Source, role == StoreRole.Source ? user : "godwit");
        var catalog = await from.Catalog.Read(CancellationToken.None);
        var streams = catalog.Streams.Select((one, number) => ScopedStream.Everything(number, one)).ToList();
        if (role == StoreRole.Source)
        {
            var problems = await from.Catalog.Check(role, streams, null, CancellationToken.None);
            return [.. catalog.Unsupported.Values, .. problems];
        }
        await using var to = await Open(StoreRole.Target, user);
        return await to.Catalog.Check(role, streams, from.Snapshot, CancellationToken.None);
    }

    /// <summary>What a user is told who may do nothing at the source, of both sides at once.</summary>
    public async Task<PreflightReport> LookAtAll(string user)
    {
        await using var from = await Open(StoreRole.Source, user);
        await using var to = await Open(StoreRole.Target, "godwit");
        var move = new MoveDefinition { From = from.Address, To = to.Address };
        return await Preflight.Check(
            new MigrationDefinition { Name = "check", Moves = [move] }, [new MovePorts(move, from, to)],
            CancellationToken.None);
    }

    /// <summary>The one problem with a code.</summary>
    public async Task<Problem> Find(string code, StoreRole role, string user = "godwit")
    {
        var problems = await Check(role, user);
        Assert.True(
            problems.Count(one => one.Code == code) == 1, $"One {code} in: {string.Join('\n', problems)}");
        return problems.Single(one => one.Code == code);
    }

    /// <summary>That nobody is told it.</summary>
    public async Task Miss(string code, StoreRole role) =>
        Assert.DoesNotContain(await Check(role), one => one.Code == code);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }

    private Task<IStore> Open(StoreRole role, string user)
    {
        var (here, there) = role == StoreRole.Source ? (Source, Target) : (Target, Source);
        var address = here.Address.Replace("godwit@", user + "@", StringComparison.Ordinal);
        return new PostgreSqlConnector().Open(
            new StoreOpening
            {
                Address = address,
                Shown = address,
                Migration = "check",
                Mark = Mark,
                Elsewhere = there.Address,
                Peer = there.Address,
                FeedsBack = FeedsBack,
                Clock = TimeProvider.System,
                Chance = () => 0.5,
            },
            role,
            CancellationToken.None);
    }
}
