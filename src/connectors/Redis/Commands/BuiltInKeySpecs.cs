using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>The rules of the commands of Redis for which a server before 7.0 tells too little: where the keys are, or
/// that they are not all used alike.</summary>
internal static class BuiltInKeySpecs
{
    private const string Read = "RO";
    private const string Change = "RW";
    private const string Overwrite = "OW";
    private const string Remove = "RM";
    private const string Taken = "delete";

    private static readonly FrozenDictionary<string, KeySpec[]> Specs = Each(
        ("del unlink", [KeySpec.Between(1, -1, 1, Remove)]),
        ("mset msetnx", [KeySpec.Between(1, -1, 2, Overwrite)]),
        ("rename renamenx", [KeySpec.At(1, Change, Taken), KeySpec.At(2, Overwrite)]),
        ("copy", [KeySpec.At(1, Read), KeySpec.At(2, Overwrite)]),
        ("smove lmove rpoplpush blmove brpoplpush", [KeySpec.At(1, Change, Taken), KeySpec.At(2, Change)]),
        ("bitop", [KeySpec.At(2, Overwrite), KeySpec.Between(3, -1, 1, Read)]),
        ("pfmerge", [KeySpec.At(1, Change), KeySpec.Between(2, -1, 1, Read)]),
        ("sunionstore sdiffstore", [KeySpec.At(1, Overwrite), KeySpec.Between(2, -1, 1, Read)]),
        ("sinterstore", [KeySpec.At(1, Change), KeySpec.Between(2, -1, 1, Read)]),
        ("zrangestore geosearchstore", [KeySpec.At(1, Overwrite), KeySpec.At(2, Read)]),
        ("zunionstore zinterstore zdiffstore", [KeySpec.At(1, Overwrite), KeySpec.Counted(2, Read)]),
        ("zunion zinter zdiff zintercard sintercard", [KeySpec.Counted(1, Read)]),
        ("lmpop zmpop", [KeySpec.Counted(1, Change, Taken)]),
        ("blmpop bzmpop", [KeySpec.Counted(2, Change, Taken)]),
        ("xread", [KeySpec.HalfAfter("STREAMS", 1, Read)]),
        ("xreadgroup", [KeySpec.HalfAfter("STREAMS", 4, Change)]),
        // It reads, and keeps what it has counted in its first key: so it reaches replicas.
        ("pfcount", [KeySpec.Between(1, -1, 1, Change)]),
        ("eval evalsha fcall", [KeySpec.Counted(2, Change)]),
        ("eval_ro evalsha_ro fcall_ro", [KeySpec.Counted(2, Read)]));

    /// <summary>None for a command that is not Redis' own, or whose first and last key say enough.</summary>
    public static KeySpec[]? Find(string name) => Specs.GetValueOrDefault(name);

    private static FrozenDictionary<string, KeySpec[]> Each(params (string Names, KeySpec[] Specs)[] groups) =>
        groups.SelectMany(group => group.Names.Split(' ').Select(name => (Name: name, group.Specs)))
            .ToFrozenDictionary(each => each.Name, each => each.Specs, StringComparer.OrdinalIgnoreCase);
}
