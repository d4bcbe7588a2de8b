using Godwit.Engine.Planning;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Reads the moves, each for itself and then against each other.</summary>
internal sealed class MovesReader(ReadingContext context, Filling filling, FileProblems problems, bool hasTenant)
{
    private static readonly string[] MoveKeys = ["from", "to", "tables", "keys"];
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
        if (move.Node("keys") is { } keys)
            problems.NotBuilt(keys.Line, "'keys' belongs to caches, which", context.Schemes);
        var tables = move.Section("tables", TableKeys);
        if (tables is not null && from?.Scheme == "file")
            problems.WrongValue(
                tables.Line, "tables", "given for a directory", "left out: all of a directory is moved");
        var column = tables?.Scalar("tenant_column");
        if (column is not null && !hasTenant)
            problems.TenantMissing(column.Line, "'tenant_column'");
        return from is null || to is null
            ? null
            : new ReadMove(Definition(from, to, tables, column), new MoveAddresses(from, to));
    }

    private Address? ReadAddress(FileSection move, string key, string where) =>
        move.Required(key, where, $"{key}: sqlite:PATH") is { } scalar ? _addresses.Read(scalar, key) : null;

    private static MoveDefinition Definition(Address from, Address to, FileSection? tables, FileNode.Scalar? column)
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
            TenantInAddress = from.NamesTenant && to.NamesTenant,
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
