using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Verifying;

/// <summary>Shows people which columns of which records differ.</summary>
internal sealed class DifferenceShower(Follower follower)
{
    /// <summary>More are counted, not shown.</summary>
    internal const int Most = 100;

    internal async Task<IReadOnlyList<RecordDifference>> Show(
        ScopedStream stream, IReadOnlyList<Key> keys, CancellationToken cancellation)
    {
        using var batch = KeyList.ToBatch(stream, keys.Take(Most));
        var (lane, direction) = (follower.Lane, follower.Direction);
        using var origin = await lane.Origin(direction).Digest.Show(stream, batch, cancellation);
        using var destination = await lane.Destination(direction).Digest.Show(stream, batch, cancellation);
        var here = Index(stream, origin);
        var there = Index(stream, destination);
        return [.. keys.Take(Most).Select(key => Compare(stream, key, origin, here, destination, there))];
    }

    private static RecordDifference Compare(
        ScopedStream stream, Key key, RecordBatch origin, Dictionary<Key, int> here, RecordBatch destination,
        Dictionary<Key, int> there)
    {
        var name = stream.Schema.Name;
        if (!there.TryGetValue(key, out var right))
            return new RecordDifference(name, key.ToString(), "missing", []);
        if (!here.TryGetValue(key, out var left))
            return new RecordDifference(name, key.ToString(), "extra", []);
        var columns = new List<ColumnDifference>();
        for (var i = 0; i < origin.ColumnCount; i++)
        {
            Span<int> column = [i];
            if (!Key.Of(origin, left, column).Equals(Key.Of(destination, right, column)))
                columns.Add(new ColumnDifference(
                    i < stream.Schema.Columns.Count ? stream.Schema.Columns[i].Name : "content",
                    Key.Show(origin, left, i),
                    Key.Show(destination, right, i)));
        }
        return new RecordDifference(name, key.ToString(), "different", columns);
    }

    private static Dictionary<Key, int> Index(ScopedStream stream, RecordBatch records)
    {
        var index = new Dictionary<Key, int>();
        var columns = stream.Schema.KeyColumns.ToArray();
        for (var i = 0; i < records.Count; i++)
            index[Key.Of(records, i, columns)] = i;
        return index;
    }
}
