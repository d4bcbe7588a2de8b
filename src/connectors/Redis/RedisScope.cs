using System.Text;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis;

/// <summary>Which keys of a server belong to the migration, and how they are named in streams.</summary>
/// <remarks>A move of one database has keys of one column, whatever the database's number is on either side. A move of
/// a server has keys of two columns, database and name.</remarks>
internal sealed class RedisScope
{
    /// <summary>What Godwit's own keys begin with: they are never moved, compared or deleted as data.</summary>
    internal const string OwnPrefix = "__gw:";

    internal const string StreamName = "keys";

    private const string DatabaseColumn = "database";

    private static readonly byte[] OwnBytes = Encoding.ASCII.GetBytes(OwnPrefix);

    private readonly KeyPatterns? _patterns;

    /// <param name="address">Says which databases and slots.</param>
    /// <param name="patterns">Of keys; empty for all.</param>
    internal RedisScope(RedisAddress address, IReadOnlyList<string> patterns)
    {
        // Clusters have one database, and so has the other side of a part of one.
        Database = address.Database ?? (address.Slots is null ? null : 0);
        (Slots, Patterns, NamesDatabase) = (address.Slots, patterns, address.Database is not null);
        _patterns = patterns.Count > 0
            ? new KeyPatterns([.. patterns.Select(one => new KeyPattern(Encoding.UTF8.GetBytes(one)))])
            : null;
    }

    /// <summary>The database that is moved, as this side numbers it; null for all of the server.</summary>
    internal int? Database { get; }

    internal IReadOnlyList<string> Patterns { get; }

    /// <summary>The slots that are moved; null for all.</summary>
    internal SlotSet? Slots { get; }

    internal bool IsServer => Database is null;

    /// <summary>Whether all keys of the database or server are meant, and not only some tenant's.</summary>
    internal bool IsWhole => _patterns is null;

    /// <summary>Whether nothing else is in the database or server that is meant.</summary>
    internal bool IsAlone => IsWhole && Slots is null;

    /// <summary>Whether libraries of functions are moved, which belong to a server and not to a tenant.</summary>
    internal bool HasFunctions => IsWhole && !NamesDatabase;

    private bool NamesDatabase { get; }

    /// <summary>For each pattern a key in scope, where one can be told.</summary>
    internal IEnumerable<string> Examples => Patterns.Count == 0
        ? ["any"]
        : Patterns.Select(one => new KeyPattern(Encoding.UTF8.GetBytes(one)).Example())
            .OfType<byte[]>().Select(Encoding.UTF8.GetString);

    internal static bool IsOwn(ReadOnlySpan<byte> key) => key.StartsWith(OwnBytes);

    internal bool Contains(int database, ReadOnlySpan<byte> key) =>
        (Database is null || Database == database) && (_patterns is null || _patterns.Matches(key)) && !IsOwn(key)
        && (Slots is null || Slots.Contains(KeySlot.Of(key)));

    /// <summary>Appends a key as this scope's streams name it.</summary>
    internal void Append(RecordBatch keys, int database, ReadOnlySpan<byte> key)
    {
        if (IsServer)
            keys.AppendInteger(database);
        keys.AppendBytes(key);
    }

    /// <summary>An empty batch for keys; the caller owns it.</summary>
    internal RecordBatch NewKeys() => new(IsServer ? 2 : 1);

    /// <summary>The database and the name of a key in a batch that begins with key columns.</summary>
    internal int DatabaseAt(RecordBatch keys, int record) =>
        Database ?? checked((int)keys.IntegerAt(record, 0));

    internal ReadOnlySpan<byte> NameAt(RecordBatch keys, int record) => keys.BytesAt(record, IsServer ? 1 : 0);

    /// <summary>The one stream of a key space.</summary>
    internal StreamSchema Schema(long records, long bytes)
    {
        List<ColumnSchema> columns =
        [
            new("key", "bytes", Nullable: false), new("type", "text", Nullable: false),
            new("value", "bytes", Nullable: false), new("expires_at", "milliseconds", Nullable: true),
        ];
        if (IsServer)
            columns.Insert(0, new ColumnSchema(DatabaseColumn, "integer", Nullable: false));
        return new StreamSchema
        {
            Name = StreamName,
            Columns = columns,
            KeyColumns = IsServer ? [0, 1] : [0],
            EstimatedRecords = records,
            EstimatedBytes = bytes,
        };
    }
}
