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
            problems.AddRange(RightsCheck.OfServer(Shown, facts));
            problems.AddRange(
                await RightsCheck.OfTables(Shown, connection, streams, cancellation).ConfigureAwait(false));
            problems.AddRange(await OfTables(connection, streams, source, cancellation).ConfigureAwait(false));
            return problems;
        },
        cancellation);

    private IEnumerable<Problem> OfServer(ServerFacts facts)
    {
        if (store.Peer.Identity.Length > 0 && store.Peer.Identity == store.Own.Identity)
            yield return PostgreSqlProblems.SameDatabase(Shown);
        if (store.Own.Major < 14)
            yield return PostgreSqlProblems.TooOld(Shown, store.Own.Major);
        // Needed for the way back only, and not by every mode: told, but not in the way.
        if (facts.WalLevel != "logical")
            yield return PostgreSqlProblems.NotLogical(Shown, facts.WalLevel, Recovery.Retry);
        var encoding = store.Peer.Order.Split(' ')[0];
        if (store.Peer.Major > 0 && facts.Encoding != encoding)
            yield return PostgreSqlProblems.OtherEncoding(Shown, facts.Encoding, encoding);
    }

    private async Task<List<Problem>> OfTables(
        NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source,
        CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var tables = (await SchemaReader.Read(connection, cancellation).ConfigureAwait(false))
            .ToDictionary(one => one.Name, StringComparer.Ordinal);
        if (!streams.Any(one => tables.ContainsKey(one.Schema.Name)))
            return await OfEmpty(connection, cancellation).ConfigureAwait(false);
        foreach (var stream in streams)
        {
            if (!tables.TryGetValue(stream.Schema.Name, out var table))
                problems.Add(PostgreSqlProblems.NoTable(Shown, stream.Schema.Name));
            else if (Definition.Difference(stream.Schema.Definition, Definition.Of(table)) is { } difference)
                problems.Add(PostgreSqlProblems.Differs(Shown, stream.Schema.Name, difference));
            else
                problems.AddRange(await OfRows(connection, stream, source, cancellation).ConfigureAwait(false));
        }
        return problems;
    }

    /// <summary>What making the schema will need.</summary>
    private async Task<List<Problem>> OfEmpty(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        foreach (var program in (string[])["pg_dump", "psql"])
        {
            if (!await new ClientProgram(store, program).IsThere(cancellation).ConfigureAwait(false))
                problems.Add(PostgreSqlProblems.NoProgram(program, "It is not installed here"));
        }
        var available = (await Query.Rows(connection, "SELECT name FROM pg_available_extensions", cancellation)
            .ConfigureAwait(false)).Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        problems.AddRange(store.Peer.Extensions.Where(one => !available.Contains(one))
            .Select(one => PostgreSqlProblems.NoExtension(Shown, one)));
        return problems;
    }

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
