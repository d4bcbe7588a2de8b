using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Verifying;

/// <summary>Expressions that hash a row called <c>t</c> to 64 bits in the server.</summary>
/// <remarks>
/// <para>A row's hash is a chain: each column is hashed with the hash of those before it as its seed, so that position
/// counts, and without a record being formed for each row. A column that may be null is hashed with a seed of its own
/// and combined by exclusive or, because the hash functions are strict; a null stands for a number of its own.</para>
/// <para>Invariant: values whose bytes differ never share a hash but by chance of 2^-64. The hash functions of the
/// types follow equality instead of bytes and are used only where that is the same: <c>numeric</c> takes 1.0 for 1.00
/// and leaves out the sign, <c>jsonb</c> follows it, floats take -0 for 0, and 64-bit integers are folded to 32 bits.
/// Such types go in by the bytes that the server would send; an integer of 64 bits is part of the seed.</para>
/// </remarks>
internal sealed class ServerHash
{
    // Numbers that stand for a null; odd multiples of 2^64 divided by the golden ratio are far apart.
    private const ulong NullStep = 0x9E3779B97F4A7C15;

    private string _chain = "";

    /// <summary>Whether something was combined with the chain since the last hash.</summary>
    private bool _isOpen;

    /// <summary>Whether that was a value as it is: a second one could change places with it.</summary>
    private bool _holdsValue;

    private ServerHash()
    {
    }

    /// <summary>How a column's value gets into the hash.</summary>
    private enum Form
    {
        /// <summary>As part of the seed: 64 bits.</summary>
        Seed,

        /// <summary>By a hash function of its type that tells all different values apart.</summary>
        Function,

        /// <summary>By the bytes that the server would send, in one array of all such columns.</summary>
        Bytes,
    }

    /// <summary>For servers of one major version: they have the same functions.</summary>
    internal static string OfRecord(StreamSchema schema)
    {
        var hash = new ServerHash();
        hash.AddBytes([.. schema.Columns.Where(one => FormOf(one) == Form.Bytes)]);
        foreach (var (at, column) in schema.Columns.Index().Where(one => FormOf(one.Item) != Form.Bytes))
            hash.Add(column, at);
        return hash.End();
    }

    /// <summary>For servers of different versions.</summary>
    internal static string OfText(StreamSchema schema) =>
        $"hashtextextended(ROW({KeySql.AllColumns(schema, "t")})::text COLLATE \"C\", 0)";

    // A null among the bytes counts as zero at its place, which no seed could change: so they come first.
    private void AddBytes(IReadOnlyList<ColumnSchema> columns)
    {
        if (columns.Count > 0)
            Combine($"hash_array_extended(ARRAY[{string.Join(", ", columns.Select(Bytes))}], 0)");
    }

    private void Add(ColumnSchema column, int at)
    {
        if (column.Nullable)
        {
            Combine($"COALESCE({Hash(column, Number(at + 1))}, {Number((at * 2) + 1, NullStep)})");
        }
        else if (FormOf(column) == Form.Seed)
        {
            if (_holdsValue)
                Mix();
            Combine(Name(column));
            _holdsValue = true;
        }
        else
        {
            Chain(Hash(column, _chain.Length > 0 ? _chain : "0"));
        }
    }

    private void Combine(string bits)
    {
        _chain = _chain.Length > 0 ? $"({bits} # {_chain})" : bits;
        _isOpen = true;
    }

    private void Chain(string hash) => (_chain, _isOpen, _holdsValue) = (hash, false, false);

    private void Mix() => Chain($"hashint4extended(0, {_chain})");

    // Sums over rows would otherwise not see that two rows have changed a value.
    private string End()
    {
        if (_isOpen)
            Mix();
        return _chain;
    }

    private static Form FormOf(ColumnSchema column) => Plain(column) switch
    {
        "bigint" => Form.Seed,
        "bytea" or "date" or "numeric" or "real" or "double precision" or "jsonb" => Form.Bytes,
        "timestamp without time zone" or "timestamp with time zone" => Form.Bytes,
        _ => Form.Function,
    };

    /// <param name="seed">An expression of type <c>bigint</c>.</param>
    private static string Hash(ColumnSchema column, string seed)
    {
        var name = Name(column);
        return Plain(column) switch
        {
            "bigint" => $"hashint8extended({name}, {name} # {seed})",
            "integer" => $"hashint4extended({name}, {seed})",
            "smallint" => $"hashint2extended({name}, {seed})",
            "oid" => $"hashoidextended({name}, {seed})",
            "boolean" => $"hashint4extended({name}::integer, {seed})",
            "uuid" => $"uuid_hash_extended({name}, {seed})",
            _ => $"hashtextextended({name}::text COLLATE \"C\", {seed})",
        };
    }

    private static string Bytes(ColumnSchema column)
    {
        var name = Name(column);
        return Plain(column) switch
        {
            "bytea" => name,
            "date" => $"date_send({name})",
            "numeric" => $"numeric_send({name})",
            "real" => $"float4send({name})",
            "double precision" => $"float8send({name})",
            "jsonb" => $"jsonb_send({name})",
            "timestamp with time zone" => $"timestamptz_send({name})",
            _ => $"timestamp_send({name})",
        };
    }

    /// <summary>The type without its size: <c>timestamp(3) with time zone</c> is one with a time zone.</summary>
    private static string Plain(ColumnSchema column)
    {
        var (open, close) = (column.Type.IndexOf('('), column.Type.IndexOf(')'));
        return open < 0 || close < open ? column.Type : column.Type[..open] + column.Type[(close + 1)..];
    }

    private static string Name(ColumnSchema column) => $"t.{Quote.Name(column.Name)}";

    private static string Number(int value, ulong step = 1) =>
        string.Create(CultureInfo.InvariantCulture, $"'{unchecked((long)((ulong)value * step))}'::bigint");
}
