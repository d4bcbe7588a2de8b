using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Source and target of a move, open for questions that only both together answer.</summary>
internal sealed record BothSides
{
    /// <summary>The source's address for people.</summary>
    public required string Source { get; init; }

    public required NpgsqlConnection From { get; init; }

    public required PeerServer FromServer { get; init; }

    /// <summary>The target's address for people.</summary>
    public required string Target { get; init; }

    public required NpgsqlConnection To { get; init; }

    public required PeerServer ToServer { get; init; }

    public required IReadOnlyList<ScopedStream> Streams { get; init; }

    /// <summary>Whether the target has none of the tables, so that Godwit makes them.</summary>
    public required bool WillBeMade { get; init; }

    /// <summary>The moved tables' oids, for either side.</summary>
    internal string Tables => TableSql.Oids(Streams);

    /// <summary>Condition on <c>s</c> (pg_namespace): a schema of the user's.</summary>
    internal const string UsersSchema =
        $"s.nspname NOT IN ('pg_catalog', 'information_schema', '{PostgreSqlNames.Schema}')"
        + @" AND s.nspname NOT LIKE 'pg\_%'";

    /// <summary>Condition: the object does not belong to an extension.</summary>
    internal static string IsOwn(string catalog, string oid) =>
        $"NOT EXISTS(SELECT 1 FROM pg_depend e WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid}"
        + " AND e.deptype = 'e')";
}
