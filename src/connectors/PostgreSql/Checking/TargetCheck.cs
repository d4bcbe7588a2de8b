using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What a target must be able to do, and what there is in the way.</summary>
internal sealed class TargetCheck(PostgreSqlStore store)
{
    private string Shown => store.Opening.Shown;

    internal Task<IReadOnlyList<Problem>> Run(
        IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<Problem>>(
        "check the target",
        async connection =>
        {
            var facts = await ServerFacts
                .Read(connection, store.Names, store.Own.Major, cancellation).ConfigureAwait(false);
            var problems = new List<Problem>(OfServer(facts));
            problems.AddRange(RightsCheck.OfServer(Shown, store.Own.Major, facts));
            // Traffic may come back: then this side has to tell its changes.
            if (store.Opening.FeedsBack)
            {
                problems.AddRange(
                    await CaptureCheck.Run(store, connection, facts, cancellation).ConfigureAwait(false));
            }
            problems.AddRange(await ConnectionCheck.Run(Shown, connection, cancellation).ConfigureAwait(false));
            problems.AddRange(
                await RightsCheck.OfTables(Shown, connection, facts, streams, cancellation).ConfigureAwait(false));
            var tables = (await SchemaReader.Read(connection, cancellation).ConfigureAwait(false))
                .ToDictionary(one => one.Name, StringComparer.Ordinal);
            var willBeMade = !streams.Any(one => tables.ContainsKey(one.Schema.Name));
            if (!willBeMade)
                problems.AddRange(
                    await OfTables(connection, streams, tables, source, cancellation).ConfigureAwait(false));
            if (streams.Count > 0)
            {
                problems.AddRange(
                    await NeighbourCheck.OfTarget(Shown, connection, streams, cancellation).ConfigureAwait(false));
                problems.AddRange(
                    await OfBoth(connection, streams, willBeMade, cancellation).ConfigureAwait(false));
            }
            return problems;
        },
        cancellation);

    private IEnumerable<Problem> OfServer(ServerFacts facts)
    {
        if (store.Peer.Identity.Length > 0 && store.Peer.Identity == store.Own.Identity)
            yield return PostgreSqlProblems.SameDatabase(Shown);
        var encoding = store.Peer.Order.Split(' ')[0];
        if (store.Peer.Major == 0)
            encoding = "UTF8";
        if (facts.Encoding != encoding)
            yield return PostgreSqlProblems.OtherEncoding(Shown, facts.Encoding, encoding);
    }

    private async Task<IReadOnlyList<Problem>> OfBoth(
        NpgsqlConnection to, IReadOnlyList<ScopedStream> streams, bool willBeMade, CancellationToken cancellation)
    {
        if (store.Peer.Major == 0)
            return [];
        var opening = store.Opening;
        var session = new PostgreSqlSession(
            opening with { Address = opening.Peer!, Shown = opening.Elsewhere, Elsewhere = opening.Shown });
        await using var _ = session.ConfigureAwait(false);
        return await session.Do<IReadOnlyList<Problem>>(
            "compare both sides",
            async from =>
            {
                var sides = new BothSides
                {
                    Source = opening.Elsewhere,
                    From = from,
                    FromServer = store.Peer,
                    Target = Shown,
                    To = to,
                    ToServer = store.Own,
                    Streams = streams,
                    WillBeMade = willBeMade,
                };
                return
                [
                    .. willBeMade
                        ? await ObstacleCheck.Run(sides, store, cancellation).ConfigureAwait(false)
                        : await TypeCheck.Run(sides, cancellation).ConfigureAwait(false),
                    .. await CollationCheck.Run(sides, cancellation).ConfigureAwait(false),
                    .. await RoomCheck.Run(sides, cancellation).ConfigureAwait(false),
                    .. await GrantCheck.Run(sides, cancellation).ConfigureAwait(false),
                ];
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<List<Problem>> OfTables(
        NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams, Dictionary<string, TableShape> tables,
        ISnapshotSource? source, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        foreach (var stream in streams)
        {
            if (!tables.TryGetValue(stream.Schema.Name, out var table))
                problems.Add(PostgreSqlProblems.NoTable(Shown, stream.Schema.Name));
            else if (Definition.Difference(stream.Schema.Definition, Definition.Of(table)) is { } difference)
                problems.Add(PostgreSqlProblems.Differs(Shown, stream.Schema.Name, difference));
            else
                problems.AddRange(await OfTable(connection, stream, table, source, cancellation)
                    .ConfigureAwait(false));
        }
        return problems;
    }

    private async Task<IReadOnlyList<Problem>> OfTable(
        NpgsqlConnection connection, ScopedStream stream, TableShape table, ISnapshotSource? source,
        CancellationToken cancellation)
    {
        var rows = await OfRows(connection, stream, source, cancellation).ConfigureAwait(false);
        var (here, there) = (Identity(stream.Schema), StreamChoice.Stream(table) is { } own ? Identity(own) : "none");
        return store.Opening.FeedsBack && here != there
            ? [.. rows, CheckProblems.NoWayBack(Shown, stream.Schema.Name, here, there)]
            : rows;
    }

    private static string Identity(StreamSchema schema) =>
        string.Join(", ", KeySql.Columns(schema).Select(one => one.Name));

    private async Task<IReadOnlyList<Problem>> OfRows(
        NpgsqlConnection connection, ScopedStream stream, ISnapshotSource? source, CancellationToken cancellation)
    {
        var hasRows = await Query.One(
            connection,
            $"SELECT 1 FROM {Quote.Table(stream.Schema)} AS t WHERE {ScopeSql.Of(stream, "t")} LIMIT 1",
            cancellation).ConfigureAwait(false) is not null;
        if (hasRows && await IsOurs(connection, cancellation).ConfigureAwait(false))
            return [];
        if (hasRows)
            return [PostgreSqlProblems.NotEmpty(Shown, stream.ToString())];
        return source is null || stream.Kind == ScopeKind.Everything
            ? []
            : await new CollisionCheck(store, connection, stream).Run(source, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> IsOurs(NpgsqlConnection connection, CancellationToken cancellation) =>
        await GodwitSchema.Exists(connection, "targets", cancellation).ConfigureAwait(false)
        && await Query.One(
            connection, $"SELECT 1 FROM _godwit.targets WHERE mark = {Quote.Text(store.Names.Mark)}", cancellation)
            .ConfigureAwait(false) is not null;
}
