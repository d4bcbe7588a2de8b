using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Reads what a server answers to <c>COMMAND</c>.</summary>
/// <remarks>
/// An entry has 6 elements before Redis 6.0 (name, arity, flags, first, last, step), 7 from then on (and categories),
/// 10 from 7.0 on (and tips, rules for keys, subcommands). Elements that come after those are not looked at.
/// </remarks>
internal static class CommandReply
{
    /// <exception cref="FormatException">It is no such answer.</exception>
    public static CommandSpec[] Parse(RespValue reply) =>
        // A server that hides a command from its users may answer with null in its place.
        [.. reply.Items.Where(entry => !entry.IsNull).Select(Command)];

    private static CommandSpec Command(RespValue entry) => entry.Items switch
    {
        [var name, var arity, var flags, var first, var last, var step, .. var more] => new CommandSpec(
            name.Text, (int)arity.Number, Words(flags), (int)first.Number, (int)last.Number, (int)step.Number,
            more.Length < 3 ? null : [.. more[2].Items.Select(Spec)],
            more.Length < 4 ? [] : Parse(more[3])),
        _ => throw new FormatException("COMMAND was answered with an entry that has too few elements."),
    };

    private static KeySpec Spec(RespValue spec)
    {
        var begin = Needed(spec, "begin_search");
        var find = Needed(spec, "find_keys");
        return new KeySpec(
            Words(Needed(spec, "flags")), Begin(begin, Needed(begin, "spec")), Find(find, Needed(find, "spec")));
    }

    // A kind that is not known here is one of which nothing can be proved.
    private static KeyBegin Begin(RespValue begin, RespValue spec) => Needed(begin, "type").Text switch
    {
        "index" => new KeyBegin.Index(Number(spec, "index")),
        "keyword" => new KeyBegin.Keyword(Needed(spec, "keyword").Text, Number(spec, "startfrom")),
        _ => new KeyBegin.Unknown(),
    };

    private static KeyFind Find(RespValue find, RespValue spec) => Needed(find, "type").Text switch
    {
        "range" => new KeyFind.Range(Number(spec, "lastkey"), Number(spec, "keystep"), Number(spec, "limit")),
        "keynum" => new KeyFind.Counted(Number(spec, "keynumidx"), Number(spec, "firstkey"), Number(spec, "keystep")),
        _ => new KeyFind.Unknown(),
    };

    private static string[] Words(RespValue words) => [.. words.Items.Select(word => word.Text)];

    private static int Number(RespValue map, string name) => (int)Needed(map, name).Number;

    private static RespValue Needed(RespValue map, string name) =>
        map[name] ?? throw new FormatException($"COMMAND was answered with a rule for keys that has no '{name}'.");
}
