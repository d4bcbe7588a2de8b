using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Capture;

/// <summary>A stream together with what its journal entries hold and which streams hang on it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Journalled">The key's columns, then those that children refer to and that are not in the key.</param>
/// <param name="Children">Streams that are scoped by this one.</param>
internal sealed record FollowedStream(
    ScopedStream Stream, IReadOnlyList<string> Journalled, IReadOnlyList<ScopedStream> Children)
{
    internal static IReadOnlyList<FollowedStream> All(IReadOnlyList<ScopedStream> streams) =>
        [.. streams.Select(stream => Of(stream, streams))];

    /// <summary>Where the journal holds a column.</summary>
    internal int PlaceOf(string column)
    {
        for (var i = 0; i < Journalled.Count; i++)
        {
            if (string.Equals(Journalled[i], column, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        throw new InvalidOperationException($"{Stream.Schema.Name} does not journal {column}.");
    }

    /// <summary>How a journalled column is written in SQL, of a record called <paramref name="row"/>.</summary>
    internal string Column(string row, int place)
    {
        var index = Stream.Schema.ColumnNamed(Journalled[place]);
        return index < 0
            ? $"{row}.{Quote.Name(Journalled[place])}"
            : $"{row}.{KeySql.Name(Stream.Schema.Columns[index])}";
    }

    private static FollowedStream Of(ScopedStream stream, IReadOnlyList<ScopedStream> streams)
    {
        var children = streams.Where(one => one.Parent?.Number == stream.Number).ToArray();
        var journalled = KeySql.Columns(stream.Schema).Select(column => column.Name)
            .Concat(children.SelectMany(child => child.Path!.ParentColumns))
            .Distinct(StringComparer.OrdinalIgnoreCase);
        return new FollowedStream(stream, [.. journalled], children);
    }
}
