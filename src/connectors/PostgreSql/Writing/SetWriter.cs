using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Statements that bring the staged records of a stream into its table.</summary>
internal abstract class SetWriter
{
    /// <summary>Updates what is there and inserts what is missing.</summary>
    internal static SetWriter Merge { get; } = new Merger();

    /// <summary>Deletes all touched records and inserts the present ones: records may change places.</summary>
    internal static SetWriter Replace { get; } = new Replacer();

    /// <summary>Whether even merging has to forget all touched records first: where the whole row is the key, several
    /// rows may be one record.</summary>
    internal static bool NeedsAllKeys(ScopedStream stream) =>
        stream.Schema.KeyColumns.Count == stream.Schema.Columns.Count;

    internal static string DeleteGone(ScopedStream stream) => Delete(stream, "g");

    /// <summary>What else has to go before anything is taken.</summary>
    internal abstract IEnumerable<string> Clear(ScopedStream stream);

    internal abstract IEnumerable<string> Take(ScopedStream stream);

    private static string Delete(ScopedStream stream, string keys) =>
        $"DELETE FROM {Quote.Table(stream.Schema)} AS t USING {Staging.Name(stream, keys)} AS k"
        + $" WHERE {KeySql.Same(stream.Schema, "t", "k")} AND {ScopeSql.OfOursHere(stream, "t")}";

    private static string Insert(ScopedStream stream, string which)
    {
        var columns = Quote.Names(stream.Schema.Columns.Select(one => one.Name));
        return $"INSERT INTO {Quote.Table(stream.Schema)} ({columns}) OVERRIDING SYSTEM VALUE"
            + $" SELECT {columns} FROM {Staging.Name(stream, "r")} AS r{which}";
    }

    private sealed class Replacer : SetWriter
    {
        internal override IEnumerable<string> Clear(ScopedStream stream) => [Delete(stream, "k")];

        internal override IEnumerable<string> Take(ScopedStream stream) => [Insert(stream, "")];
    }

    private sealed class Merger : SetWriter
    {
        internal override IEnumerable<string> Clear(ScopedStream stream) =>
            NeedsAllKeys(stream) ? [Delete(stream, "k")] : [];

        internal override IEnumerable<string> Take(ScopedStream stream)
        {
            if (NeedsAllKeys(stream))
                return [Insert(stream, "")];
            var schema = stream.Schema;
            var key = KeySql.SameRecord(schema, "t", "r");
            var set = schema.Columns.Where((_, i) => !schema.KeyColumns.Contains(i)).Select(column =>
                $"{Quote.Name(column.Name)} = r.{Quote.Name(column.Name)}");
            return
            [
                $"UPDATE {Quote.Table(schema)} AS t SET {string.Join(", ", set)} FROM {Staging.Name(stream, "r")} AS r"
                + $" WHERE {key} AND {ScopeSql.OfOursHere(stream, "t")}",
                Insert(stream, $" WHERE NOT EXISTS(SELECT 1 FROM {Quote.Table(schema)} AS t WHERE {key}"
                    + $" AND {ScopeSql.OfOursHere(stream, "t")})"),
            ];
        }
    }
}
