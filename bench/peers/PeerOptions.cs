using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>How much is moved, where, and how often.</summary>
internal sealed record PeerOptions
{
    internal const string Usage = """
        ./dev bench peers [options]
          --only sqlite|files|postgres|redis|rabbitmq
                                    one of the five
          --course copy|backlog|lag|pause|fence
                                    one of PostgreSQL's courses
          --course redis-copy|redis-apply|redis-lag|redis-pause
                                    one of Redis's
          --course rabbitmq-drain|rabbitmq-crash
                                    one of RabbitMQ's
          --where tmpfs|disk|both   default: both
          --rounds N                how often each contender runs, in turn; default 3
          --rows N                  rows of the SQLite table; default 5000000
          --transactions N          of the backlog; default 200000
          --keys N                  of Redis, strings; a tenth as many of all types; default 2000000
          --commands N              of Redis's backlog; default 2000000
          --pace N                  Redis's writes a second, at most; default 50000
          --messages N              of RabbitMQ, 100 bytes each; a tenth as many of 10 KB; default 200000
          --crashes N               of each mover of messages, of each kind; default 5
          --handovers N             there and back; default 20
          --files N                 small files; default 60000
          --large-mb N              size of the largest of three large files; default 256
        Results are kept in bench/results when all amounts are the defaults or more.
        """;

    public string? Only { get; private init; }

    public string? Course { get; private init; }

    public string Where { get; private init; } = "both";

    public int Rounds { get; private init; } = 3;

    public int Rows { get; private init; } = 5_000_000;

    public int Transactions { get; private init; } = 200_000;

    public int Keys { get; private init; } = 2_000_000;

    public int Commands { get; private init; } = 2_000_000;

    public int Pace { get; private init; } = 50_000;

    public int Messages { get; private init; } = 200_000;

    public int Crashes { get; private init; } = 5;

    public int Handovers { get; private init; } = 20;

    public int Files { get; private init; } = 60_000;

    public int LargeMegabytes { get; private init; } = 256;

    /// <summary>Whether the numbers may stand beside those of other runs.</summary>
    public bool IsFull
    {
        get
        {
            var full = new PeerOptions();
            return Rounds >= full.Rounds && Rows >= full.Rows && Transactions >= full.Transactions
                && Keys >= full.Keys && Commands >= full.Commands && Pace >= full.Pace
                && Messages >= full.Messages && Crashes >= full.Crashes && Handovers >= full.Handovers
                && Files >= full.Files && LargeMegabytes >= full.LargeMegabytes;
        }
    }

    /// <summary>Whether a kind of data is wanted.</summary>
    internal bool WantsKind(string kind) => Only is null || Only == kind;

    /// <summary>Whether a course is wanted of a kind that is.</summary>
    internal bool Wants(string course) => Course is null || Course == course;

    /// <returns>Null when an argument is not understood.</returns>
    internal static PeerOptions? Parse(string[] arguments)
    {
        var options = new PeerOptions();
        if (arguments.Length % 2 != 0)
            return null;
        foreach (var pair in arguments.Chunk(2))
        {
            if (options.With(pair[0], pair[1]) is not { } more)
                return null;
            options = more;
        }
        return options;
    }

    private PeerOptions? With(string name, string value) => (name, value) switch
    {
        ("--only", "sqlite" or "files" or "postgres" or "redis" or "rabbitmq") => this with { Only = value },
        ("--course", "copy" or "backlog" or "lag" or "pause" or "fence") =>
            this with { Only = "postgres", Course = value },
        ("--course", "redis-copy" or "redis-apply" or "redis-lag" or "redis-pause") =>
            this with { Only = "redis", Course = value },
        ("--course", "rabbitmq-drain" or "rabbitmq-crash") => this with { Only = "rabbitmq", Course = value },
        ("--where", "tmpfs" or "disk" or "both") => this with { Where = value },
        ("--rounds", _) when Number(value) is { } rounds => this with { Rounds = rounds },
        ("--rows", _) when Number(value) is { } rows => this with { Rows = rows },
        ("--transactions", _) when Number(value) is { } count => this with { Transactions = count },
        ("--keys", _) when Number(value) is { } count => this with { Keys = count },
        ("--commands", _) when Number(value) is { } count => this with { Commands = count },
        ("--pace", _) when Number(value) is { } count => this with { Pace = count },
        ("--messages", _) when Number(value) is { } count => this with { Messages = count },
        ("--crashes", _) when Number(value) is { } count => this with { Crashes = count },
        ("--handovers", _) when Number(value) is { } count => this with { Handovers = count },
        ("--files", _) when Number(value) is { } files => this with { Files = files },
        ("--large-mb", _) when Number(value) is { } size => this with { LargeMegabytes = size },
        _ => null,
    };

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : null;
}
