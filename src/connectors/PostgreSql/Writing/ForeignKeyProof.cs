using System.Text.RegularExpressions;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Makes foreign keys that hold for new writes at once, and proves the old rows when they can be
/// proved.</summary>
/// <remarks>
/// Right after a copy a child may be here without its parent, which the changes will bring. So a key that cannot be
/// proved then is noted, and proved when the migration is finished. Keys that are not proved at the source either stay
/// as they are.
/// </remarks>
internal sealed partial class ForeignKeyProof(PostgreSqlStore store)
{
    private string Mark => Quote.Text(store.Names.Mark);

    internal Task Make(DumpItem item, CancellationToken cancellation) => store.Session.Do(
        "make a foreign key",
        async connection =>
        {
            if (item.Sql.Contains(" NOT VALID", StringComparison.Ordinal)
                || Named().Match(item.Sql) is not { Success: true } key)
            {
                await Run(connection, item.Sql, cancellation).ConfigureAwait(false);
                return;
            }
            await Query.Run(
                connection,
                $"INSERT INTO _godwit.unproved (mark, relation, name) VALUES ({Mark},"
                + $" {Quote.Text(key.Groups["table"].Value)}, {Quote.Text(key.Groups["name"].Value)})"
                + " ON CONFLICT DO NOTHING",
                cancellation).ConfigureAwait(false);
            try
            {
                await Run(connection, item.Sql.TrimEnd().TrimEnd(';') + " NOT VALID;", cancellation)
                    .ConfigureAwait(false);
            }
            catch (PostgresException refused)
                when (refused.SqlState is PostgresErrorCodes.WrongObjectType or PostgresErrorCodes.FeatureNotSupported)
            {
                // Older servers cannot make one on a partitioned table unproved.
                await Run(connection, item.Sql, cancellation).ConfigureAwait(false);
            }
        },
        cancellation);

    /// <summary>Proves what can be proved now.</summary>
    internal Task TryAll(CancellationToken cancellation) => Prove(isLast: false, cancellation);

    /// <summary>Proves what is left; a row without its parent is a problem.</summary>
    internal Task ProveAll(CancellationToken cancellation) => Prove(isLast: true, cancellation);

    /// <summary>The tables are given up: nothing is to be proved any more.</summary>
    internal Task Forget(CancellationToken cancellation) => store.Session.Do(
        "forget foreign keys",
        async connection =>
        {
            if (await GodwitSchema.Exists(connection, "unproved", cancellation).ConfigureAwait(false))
            {
                await Query.Run(connection, $"DELETE FROM _godwit.unproved WHERE mark = {Mark}", cancellation)
                    .ConfigureAwait(false);
            }
        },
        cancellation);

    private Task Prove(bool isLast, CancellationToken cancellation) => store.Session.Do(
        "prove foreign keys",
        async connection =>
        {
            if (!await GodwitSchema.Exists(connection, "unproved", cancellation).ConfigureAwait(false))
                return;
            var open = await Query.Rows(
                connection, $"SELECT relation, name FROM _godwit.unproved WHERE mark = {Mark}", cancellation)
                .ConfigureAwait(false);
            foreach (var row in open)
                await Prove(connection, row[0]!, row[1]!, isLast, cancellation).ConfigureAwait(false);
        },
        cancellation);

    private async Task Prove(
        NpgsqlConnection connection, string table, string name, bool isLast, CancellationToken cancellation)
    {
        try
        {
            await Query.Run(connection, $"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", cancellation)
                .ConfigureAwait(false);
        }
        catch (PostgresException failure)
            when (failure.SqlState == PostgresErrorCodes.ForeignKeyViolation && !isLast)
        {
            return;
        }
        await Query.Run(
            connection,
            $"DELETE FROM _godwit.unproved WHERE mark = {Mark} AND relation = {Quote.Text(table)}"
            + $" AND name = {Quote.Text(name)}",
            cancellation).ConfigureAwait(false);
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        try
        {
            await Query.Run(connection, sql, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException failure) when (IndexBuilder.IsThere(failure))
        {
            // Made by a run that died before it could say so.
        }
    }

    private const string OneName = "(\"[^\"]+\"|[^\\s\".]+)";

    [GeneratedRegex(
        $@"ALTER TABLE (ONLY )?(?<table>{OneName}\.{OneName})\s+ADD CONSTRAINT (?<name>{OneName}) ",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
