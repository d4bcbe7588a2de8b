namespace Godwit.Connectors.Redis.Commands;

/// <summary>One command of a table, with the rules that find its keys.</summary>
internal sealed class CommandEntry
{
    private readonly int _arity;
    private readonly KeySpec[] _specs;
    private readonly MovableKeys.Rule? _rule;
    private readonly bool _isProvable;
    private readonly bool _mayWriteElsewhere;
    private readonly bool _writesAll;

    public CommandEntry(CommandSpec spec)
    {
        _arity = spec.Arity;
        _rule = MovableKeys.Find(spec.Name);
        var specs = _rule is null ? Provable(spec) : [];
        _isProvable = specs is not null;
        _specs = specs ?? [];
        // XREADGROUP is described as a reader of its streams, and changes the group that each of them holds.
        _writesAll = spec.Writes && !Array.Exists(_specs, each => each.Use.HasFlag(KeyUse.Write));
        _mayWriteElsewhere = spec.Name.ToUpperInvariant() is "MOVE" or "COPY";
        Kind = BuiltInKinds.TryFind(CommandName.Of(spec.Name), out var known) ? known
            : _rule is not null || _specs.Length > 0 ? CommandKind.Keyed
            : CommandKind.Unknown;
    }

    public CommandKind Kind { get; }

    public KeyFinding Keys(CommandFrame command, KeyList keys)
    {
        if (_arity >= 0 ? command.Count != _arity : command.Count < -_arity)
            return KeyFinding.Malformed;
        if (Kind is not (CommandKind.Keyed or CommandKind.Script or CommandKind.Unknown))
            return KeyFinding.None;
        if (!_isProvable)
            return KeyFinding.NotProvable;
        if (_rule is not null)
            return _rule(command, keys);
        foreach (var spec in _specs)
        {
            if (!spec.TryAdd(command, keys))
                return KeyFinding.Malformed;
        }
        if (_writesAll)
            keys.Mark(KeyUse.Read, KeyUse.Write);
        if (_mayWriteElsewhere && OtherDatabase.TryFind(command, out _))
            keys.Mark(KeyUse.Write, KeyUse.Elsewhere);
        if (Kind == CommandKind.Script)
            return KeyFinding.Declared;
        if (keys.Count > 0)
            return KeyFinding.Found;
        return Kind == CommandKind.Keyed ? KeyFinding.Malformed : KeyFinding.None;
    }

    /// <summary>Rules that find all keys; null when nobody can say that they do.</summary>
    private static KeySpec[]? Provable(CommandSpec spec)
    {
        var specs = spec.Keys?.Where(each => !each.IsNoKey).ToArray()
            ?? BuiltInKeySpecs.Find(spec.Name) ?? Legacy(spec);
        if (specs is null || Array.Exists(specs, each => !each.IsComplete))
            return null;
        // Redis says so of a module that is to be asked each time which arguments are keys.
        if (spec.HasMovableKeys && Array.Exists(specs, each => each.HasVariableFlags))
            return null;
        // What writes and names no key writes keys that nobody sees.
        return specs.Length == 0 && (spec.Writes || spec.HasMovableKeys) ? null : specs;
    }

    // Of what is done with the keys nothing is told: so it may be anything.
    private static KeySpec[]? Legacy(CommandSpec spec)
    {
        if (spec.HasMovableKeys)
            return null;
        return spec.First == 0
            ? []
            : [KeySpec.Between(spec.First, spec.Last, spec.Step, spec.Writes ? ["RW", "delete"] : ["RO"])];
    }
}
