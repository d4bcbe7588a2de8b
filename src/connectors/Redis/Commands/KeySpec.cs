namespace Godwit.Connectors.Redis.Commands;

/// <summary>A rule that finds some of the keys of a command, as servers from 7.0 on give them.</summary>
/// <param name="Flags">As the server says them: <c>RW</c>, <c>update</c>, <c>incomplete</c>.</param>
/// <param name="Begin">Where they begin.</param>
/// <param name="Find">Which they are from there.</param>
internal sealed record KeySpec(IReadOnlyList<string> Flags, KeyBegin Begin, KeyFind Find)
{
    public KeyUse Use { get; } = UseOf(Flags);

    /// <summary>Arguments that are routed like keys and are none: the channel of SPUBLISH.</summary>
    public bool IsNoKey { get; } = Has(Flags, "not_key");

    /// <summary>It finds all keys that it stands for, whatever the other arguments are.</summary>
    public bool IsComplete { get; } =
        !Has(Flags, "incomplete") && Begin is not KeyBegin.Unknown && Find is not KeyFind.Unknown;

    public bool HasVariableFlags { get; } = Has(Flags, "variable_flags");

    /// <summary>From one argument to another; below zero the last is counted from the end.</summary>
    public static KeySpec Between(int first, int last, int step, params string[] flags) =>
        new(flags, new KeyBegin.Index(first), new KeyFind.Range(last < 0 ? last : last - first, step, 0));

    /// <summary>One argument.</summary>
    public static KeySpec At(int argument, params string[] flags) => Between(argument, argument, 1, flags);

    /// <summary>As many as an argument says, right after it.</summary>
    public static KeySpec Counted(int number, params string[] flags) =>
        new(flags, new KeyBegin.Index(number), new KeyFind.Counted(0, 1, 1));

    /// <summary>The first half of what follows a word.</summary>
    public static KeySpec HalfAfter(string word, int startFrom, params string[] flags) =>
        new(flags, new KeyBegin.Keyword(word, startFrom), new KeyFind.Range(-1, 1, 2));

    /// <summary>Adds what it finds; false if the arguments are not as the rule has them.</summary>
    public bool TryAdd(CommandFrame command, KeyList keys)
    {
        if (Begin.Find(command) is not { } begin)
            return true;
        if (!Find.TryFind(command, begin, out var found))
            return false;
        for (var argument = found.First; argument <= found.Last; argument += found.Step)
            keys.Add(argument, Use);
        return true;
    }

    private static KeyUse UseOf(IReadOnlyList<string> flags)
    {
        var use = Has(flags, "RO") ? KeyUse.Read
            : Has(flags, "OW") ? KeyUse.Write
            : Has(flags, "RM") ? KeyUse.Write | KeyUse.Delete
            : KeyUse.Read | KeyUse.Write;
        return Has(flags, "delete") ? use | KeyUse.Delete : use;
    }

    private static bool Has(IReadOnlyList<string> flags, string flag) =>
        flags.Contains(flag, StringComparer.OrdinalIgnoreCase);
}
