using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Core.Problems;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Tables that cannot be moved, whatever is done.</summary>
internal static class TableCheck
{
    /// <returns>Null when nothing speaks against it.</returns>
    internal static Problem? Of(TableShape table)
    {
        if (table.Name.Count(one => one == '.') > 1)
            return PostgreSqlProblems.Unmovable(table.Name, "Its schema or name holds a dot");
        if (table.Kind == 'f')
            return PostgreSqlProblems.Unmovable(table.Name, "It is a foreign table: its rows are somewhere else");
        if (table.Persistence == 'u')
            return PostgreSqlProblems.Unmovable(table.Name, "It is UNLOGGED, so changes to it are not in the log");
        if (table.StrangePartition is { } partition)
            return PostgreSqlProblems.Unmovable(
                table.Name, $"Its partition {partition} is foreign or UNLOGGED, so changes to it are not in the log");
        if (table.Inherits)
            return PostgreSqlProblems.Unmovable(table.Name, "It takes part in inheritance that is no partitioning");
        return null;
    }
}
