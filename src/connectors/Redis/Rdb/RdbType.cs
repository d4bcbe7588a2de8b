namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The types of values, as their first byte in an RDB and in a DUMP payload.</summary>
internal static class RdbType
{
    internal const byte String = 0;
    internal const byte List = 1;
    internal const byte Set = 2;
    internal const byte SortedSetText = 3;
    internal const byte Hash = 4;
    internal const byte SortedSet = 5;
    internal const byte Module = 7;
    internal const byte HashZipmap = 9;
    internal const byte ListZiplist = 10;
    internal const byte SetIntset = 11;
    internal const byte SortedSetZiplist = 12;
    internal const byte HashZiplist = 13;
    internal const byte ListOfZiplists = 14;
    internal const byte Stream1 = 15;
    internal const byte HashListpack = 16;
    internal const byte SortedSetListpack = 17;
    internal const byte ListOfListpacks = 18;
    internal const byte Stream2 = 19;
    internal const byte SetListpack = 20;
    internal const byte Stream3 = 21;

    /// <summary>A hash with field TTLs as Valkey 9 writes it; to Redis 22 is something else.</summary>
    internal const byte ValkeyHash = 22;

    /// <summary>A hash with field TTLs as Redis 7.4 writes it; so is the next.</summary>
    internal const byte HashWithTtls = 24;
    internal const byte HashListpackWithTtls = 25;

    /// <summary>The first RDB version of Valkey's own numbering; lower ones are shared or Redis' alone.</summary>
    internal const int FirstValkeyVersion = 80;

    /// <summary>How to find the end of a value of a type, in the notation of <see cref="ValueWalker"/>.</summary>
    /// <returns>Null when that is not known.</returns>
    internal static string? Shape(byte type, bool isValkey) => type switch
    {
        String or (>= HashZipmap and <= HashZiplist) or HashListpack or SortedSetListpack or SetListpack => "s",
        List or Set or ListOfZiplists => "(s)",
        SortedSetText => "(st)",
        Hash => "(ss)",
        SortedSet => "(s8)",
        Module => "lm",
        Stream1 => "(ss)lll(sll(i8l)(s8(i)))",
        ListOfListpacks => "(ls)",
        Stream2 => "(ss)llllllll(slll(i8l)(s8(i)))",
        Stream3 => "(ss)llllllll(slll(i8l)(s88(i)))",
        ValkeyHash when isValkey => "(ss8)",
        HashWithTtls when !isValkey => "8(lss)",
        HashListpackWithTtls when !isValkey => "8s",
        _ => null,
    };

    /// <summary>What a value of a type is to its users.</summary>
    /// <returns>Null when nothing is known of such values, as of those of modules.</returns>
    internal static ValueKind? KindOf(byte type, bool isValkey) => type switch
    {
        String => ValueKind.String,
        List or ListZiplist or ListOfZiplists or ListOfListpacks => ValueKind.List,
        Set or SetIntset or SetListpack => ValueKind.Set,
        SortedSetText or SortedSet or SortedSetZiplist or SortedSetListpack => ValueKind.SortedSet,
        Hash or HashZipmap or HashZiplist or HashListpack => ValueKind.Hash,
        Stream1 or Stream2 or Stream3 => ValueKind.Stream,
        ValkeyHash when isValkey => ValueKind.Hash,
        HashWithTtls or HashListpackWithTtls when !isValkey => ValueKind.Hash,
        _ => null,
    };

    /// <summary>The first version of the format that has the type.</summary>
    internal static int Since(byte type) => type switch
    {
        <= Hash => 1,
        SortedSet or Module => 8,
        HashZipmap or ListZiplist or SetIntset or SortedSetZiplist => 2,
        HashZiplist => 4,
        ListOfZiplists => 7,
        Stream1 => 9,
        HashListpack or SortedSetListpack or ListOfListpacks or Stream2 => 10,
        SetListpack or Stream3 => 11,
        ValkeyHash => FirstValkeyVersion,
        HashWithTtls or HashListpackWithTtls => 12,
        _ => int.MaxValue,
    };

    /// <summary>Whether a server takes a value of this type.</summary>
    /// <param name="version">The version of the format that the server writes itself: 80 and above is Valkey.</param>
    internal static bool IsKnownTo(int version, byte type) =>
        Since(type) <= version
        && (type is HashWithTtls or HashListpackWithTtls ? version < FirstValkeyVersion : Since(type) != int.MaxValue);
}
