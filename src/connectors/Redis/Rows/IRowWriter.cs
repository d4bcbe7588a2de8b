using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Records;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Makes the commands that write rows; repeatable, each row as a whole.</summary>
internal interface IRowWriter
{
    /// <param name="rows">All columns.</param>
    void AddRow(CommandBatch commands, RecordBatch rows, int row);

    /// <param name="keys">Key columns only, in key order.</param>
    void AddGone(CommandBatch commands, RecordBatch keys, int row);
}
