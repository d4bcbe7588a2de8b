using System.Text;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.RabbitMq;

/// <summary>A queue as a stream: its only record says what went over of it, and its key is its name.</summary>
internal static class QueueRecords
{
    internal static StreamSchema Schema(string queue, long messages, long bytes) => new()
    {
        Name = queue,
        Columns =
        [
            new ColumnSchema("queue", "text", Nullable: false),
            new ColumnSchema("moved", "integer", Nullable: false),
            new ColumnSchema("moved_digest", "text", Nullable: false),
            new ColumnSchema("returned", "integer", Nullable: false),
            new ColumnSchema("returned_digest", "text", Nullable: false),
        ],
        KeyColumns = [0],
        EstimatedRecords = messages,
        EstimatedBytes = bytes,
    };

    internal static RecordBatch Key(string queue)
    {
        var keys = new RecordBatch(1);
        AppendKey(keys, queue);
        return keys;
    }

    internal static void AppendKey(RecordBatch keys, string queue)
    {
        keys.AppendText(Encoding.UTF8.GetBytes(queue));
        keys.EndRecord();
    }

    internal static string NameAt(RecordBatch keys, int at) => Encoding.UTF8.GetString(keys.BytesAt(at, 0));
}
