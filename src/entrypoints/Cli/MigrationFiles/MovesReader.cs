using Godwit.Engine.Planning;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Reads the moves, each for itself and then against each other.</summary>
internal sealed class MovesReader(ReadingContext context, Filling filling, FileProblems problems, bool hasTenant)
{
    private static readonly string[] MoveKeys = ["from", "to", "tables", "keys", "queues", "table", "fence"];
    private static readonly string[] TableKeys = ["include", "exclude", "tenant_column", "reference"];

    private readonly AddressReader _addresses = new(context, filling, problems);

    public IReadOnlyList<ReadMove> Read(FileSection top)
    {
        switch (top.Node("moves"))
        {
            case FileNode.Sequence { Items.Count: > 0 } list:
                var moves = list.Items.Select(One).OfType<ReadMove>().ToArray();
                CompareMoves(moves);
                return moves;
            case null or FileNode.Sequence:
                problems.Missing(top.Line, "moves", "the file", "moves: [{ from: …, to: … }]");
                return [];
            case var other:
                problems.WrongValue(
                    other.Line, "moves", FileSection.Describe(other), "a list of moves: - { from: …, to: … }");
                return [];
        }
    }

    private ReadMove? One(FileNode node, int index)
    {
        var where = $"move {index + 1}";
        if (FileSection.Of(node, where, MoveKeys, problems) is not { } move)
            return null;
        var from = ReadAddress(move, "from", where);
        var to = ReadAddress(move, "to", where);
        string[] keys = IsBroker(from) ? Queues(move, from) : Keys(move, from, to);
        if (!IsBroker(from) && move.Node("queues") is { } queues)
            problems.WrongValue(queues.Line, "queues", "given for a move without a broker", "left out");
        var fence = move.Section("fence", "acl_user");
        var user = fence?.Required("acl_user", "'fence'", "acl_user: NAME");
        if (user is not null && !IsCache(from))
            problems.WrongValue(user.Line, "acl_user", user.Text, "left out: only Redis knows users of this kind");
        var table = move.Scalar("table");
        if (table is not null && (!IsCache(from) || IsCache(to)))
            problems.WrongValue(table.Line, "table", table.Text, "left out: only keys of a cache need a table's name");
        var tables = move.Section("tables", TableKeys);
        if (tables is not null && from?.Scheme == "file")
            problems.WrongValue(
                tables.Line, "tables", "given for a directory", "left out: all of a directory is moved");
        if (tables is not null && IsBroker(from))
            problems.WrongValue(tables.Line, "tables", "given for a broker", "left out: 'queues' says what is moved");
        if (tables is not null && IsCache(from))
            problems.WrongValue(tables.Line, "tables", "given for a cache", "left out: 'keys' says what is moved");
        var column = tables?.Scalar("tenant_column");
        if (column is not null && !hasTenant)
            problems.TenantMissing(column.Line, "'tenant_column'");
        return from is null || to is null
            ? null
            : new ReadMove(
                Definition(from, to, tables, column, keys), new MoveAddresses(from, to, keys, table?.Text, user?.Text));
    }

    /// <summary>Patterns of keys; with a tenant each has to name it, or it would take others' keys along.</summary>
    private string[] Keys(FileSection move, Address? from, Address? to)
    {
        if (move.Node("keys") is not { } node)
        {
            if (hasTenant && IsCache(from) && from is { NamesTenant: false })
                problems.Missing(from.Line, "keys", "this move", "keys: [\"t:{tenant}:*\"]");
            return [];
        }
        if (from is not null && to is not null && !IsCache(from) && !IsCache(to))
            problems.WrongValue(node.Line, "keys", "given for a move without a cache", "left out");
        var patterns = new List<string>();
        foreach (var pattern in move.List("keys"))
        {
            if (hasTenant && IsCache(from) && !pattern.Text.Contains(Filling.TenantMark, StringComparison.Ordinal))
                problems.WrongValue(pattern.Line, "keys", pattern.Text, "a pattern with {tenant} in it");
            patterns.Add(filling.Tenant(pattern, "keys"));
        }
        return [.. patterns];
    }

    /// <summary>Patterns of queues; with a tenant each has to name it, or it would take others' messages
    /// along.</summary>
    private string[] Queues(FileSection move, Address? from)
    {
        if (move.Node("keys") is { } keys)
            problems.WrongValue(
                keys.Line, "keys", "given for a broker", "left out: 'queues' says what is moved");
        if (move.Node("queues") is null)
        {
            if (hasTenant && from is { NamesTenant: false })
                problems.Missing(from.Line, "queues", "this move", "queues: [\"t.{tenant}.*\"]");
            return [];
        }
        var patterns = new List<string>();
        foreach (var pattern in move.List("queues"))
        {
            if (hasTenant && from is { NamesTenant: false }
                && !pattern.Text.Contains(Filling.TenantMark, StringComparison.Ordinal))
                problems.WrongValue(pattern.Line, "queues", pattern.Text, "a pattern with {tenant} in it");
            patterns.Add(filling.Tenant(pattern, "queues"));
        }
        return [.. patterns];
    }

    private static bool IsBroker(Address? address) => address is { IsBroker: true };

    private static bool IsCache(Address? address) => address is { IsCache: true };

    private Address? ReadAddress(FileSection move, string key, string where) =>
        move.Required(key, where, $"{key}: sqlite:PATH") is { } scalar ? _addresses.Read(scalar, key) : null;

    private static MoveDefinition Definition(
        Address from, Address to, FileSection? tables, FileNode.Scalar? column, string[] keys)
    {
        string[] Patterns(string key) => [.. (tables?.List(key) ?? []).Select(one => one.Text)];
        var include = Patterns("include");
        return new MoveDefinition
        {
            From = from.Shown,
            To = to.Shown,
            Include = include.Length > 0 ? include : ["*"],
            Exclude = Patterns("exclude"),
            Reference = Patterns("reference"),
            TenantColumn = column?.Text,
            TenantInAddress = (from.NamesTenant && to.NamesTenant)
                || (keys.Length > 0 && (IsCache(from) || IsBroker(from))),
        };
    }

    private void CompareMoves(ReadMove[] moves)
    {
        for (var i = 0; i < moves.Length; i++)
        {
            var (from, to) = (moves[i].Addresses.From, moves[i].Addresses.To);
            if (from.Full == to.Full)
                problems.SourceIsTarget(to.Line, to.Shown);
            if (moves.Take(i).FirstOrDefault(one => one.Addresses.To.Full == to.Full) is { } same)
                problems.SameTarget(to.Line, to.Shown, same.Addresses.To.Line);
            if (moves.FirstOrDefault(one => one != moves[i] && one.Addresses.From.Full == to.Full) is { } reader)
                problems.TargetIsSource(to.Line, to.Shown, reader.Addresses.From.Line);
        }
    }
}
