using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>What commands are about whose names say it, whatever the server tells of them.</summary>
internal static class BuiltInKinds
{
    private static readonly Dictionary<CommandKind, string> Names = new()
    {
        [CommandKind.Script] = "eval eval_ro evalsha evalsha_ro fcall fcall_ro",
        [CommandKind.Global] = "flushall flushdb swapdb function script",
        [CommandKind.Connection] =
            "asking auth client cluster discard echo exec hello multi ping quit readonly readwrite replconf reset "
                + "select",
        [CommandKind.Publish] = "publish spublish",
    };

    private static readonly FrozenDictionary<byte[], CommandKind>.AlternateLookup<ReadOnlySpan<byte>> Kinds =
        Names.SelectMany(kind => kind.Value.Split(' ').Select(name => (Name: name, Kind: kind.Key)))
            .ToFrozenDictionary(each => CommandName.Of(each.Name), each => each.Kind, CommandName.Comparer)
            .GetAlternateLookup<ReadOnlySpan<byte>>();

    public static bool TryFind(ReadOnlySpan<byte> name, out CommandKind kind) => Kinds.TryGetValue(name, out kind);
}
