using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Conformance;

/// <summary>The stores of the simulation: what they promise must be true before anything is concluded from
/// them.</summary>
public abstract class MemoryHarness(MemorySettings settings) : StoreHarness
{
    private const long Tenant = 42;
    private const long Neighbour = 7;

    private readonly MemoryDatabase[] _places = [.. Enum.GetValues<Place>().Select(place => new MemoryDatabase(
        place.ToString(), (uint)place + 1, settings, TimeProvider.System, new WriteLedger()))];

    private static StreamSchema Orders { get; } = new()
    {
        Name = "orders",
        Columns =
        [
            new("id", "integer", false), new("tenant", "integer", false), new("what", "text", true),
            new("size", "real", true), new("raw", "blob", true),
        ],
        KeyColumns = [0],
    };

    private static StreamSchema Lines { get; } = new()
    {
        Name = "lines",
        Columns = [new("line", "integer", false), new("order", "integer", true), new("what", "text", true)],
        KeyColumns = [0],
        ForeignKeys = [new ForeignKey(["order"], "orders", ["id"])],
    };

    public override IReadOnlyList<string> Damages => ["what", "size", "raw", "null instead of text"];

    public override Task Create()
    {
        _places[0].Create(Orders);
        _places[0].Create(Lines);
        return Task.CompletedTask;
    }

    public override Task<IStore> Open(Place place, StoreRole role, string mark = Mark) =>
        Task.FromResult<IStore>(new MemoryStore(_places[(int)place], mark, TimeProvider.System));

    public override IReadOnlyList<ScopedStream> Scope(Catalog catalog)
    {
        var orders = ScopedStream.ByColumn(0, Named(catalog, "orders"), 1, Number(Tenant));
        var lines = Named(catalog, "lines");
        return [orders, ScopedStream.ByParent(1, lines, orders, lines.ForeignKeys[0])];
    }

    public override Key KeyOf(int stream, int number) => Number(stream == 0 ? number : number * 10);

    public override async Task<string?> Write(Place place, params Wish[] wishes)
    {
        var outcome = await _places[(int)place].Write("anybody", [.. wishes.Select(one => Of(place, one))]);
        return outcome == WriteOutcome.Acknowledged ? null : $"refused: write to {Elsewhere}";
    }

    public override Task<SortedDictionary<string, string>> Contents(Place place, Owner owner)
    {
        var contents = new SortedDictionary<string, string>();
        if (_places[(int)place].Schemas.Count == 0)
            return Task.FromResult(contents);
        var orders = _places[(int)place].Contents("orders").Values
            .Where(one => one[1] == IdOf(owner))
            .ToDictionary(one => one[0].Number);
        foreach (var (id, row) in orders)
            contents.Add($"0/{id}", row.ToString());
        var lines = _places[(int)place].Contents("lines").Values;
        foreach (var row in lines.Where(one => orders.ContainsKey(one[1].Number)))
            contents.Add($"1/{row[0].Number / 10}", row.ToString());
        return Task.FromResult(contents);
    }

    public override Task Damage(Place place, int number, string what)
    {
        var row = Row(place, number)!;
        return Put(place, what switch
        {
            "what" => row.With(2, "damaged"),
            "size" => row.With(3, BitConverter.Int64BitsToDouble(row[3].Number + 1)),
            "raw" => row.With(4, new byte[] { 1 }),
            _ => row.With(2, Cell.Null),
        });
    }

    public override Task<string?> Give(Place place, int number, Owner owner) =>
        Put(place, Row(place, number)!.With(1, IdOf(owner)));

    public override async Task Renumber(Place place, int number, int to)
    {
        var row = Row(place, number)!;
        await _places[(int)place].Write(
            "anybody", _places[(int)place].Drop("orders", row), _places[(int)place].Put("orders", row.With(0, to)));
    }

    public override Task LoseCapture(Place place)
    {
        _places[(int)place].LoseCaptures();
        return Task.CompletedTask;
    }

    public override Task<long> NextNumber(Place place) => Task.FromResult(_places[(int)place].NextNumber("orders"));

    public override async Task<IOpenWrite> Begin(Place place, params Wish[] wishes)
    {
        await Task.CompletedTask;
        return new OpenWrite(() => Write(place, wishes));
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static StreamSchema Named(Catalog catalog, string name) => catalog.Streams.First(one => one.Name == name);

    private static Cell IdOf(Owner owner) => owner == Owner.Mine ? Tenant : Neighbour;

    private static Key Number(long number)
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(number);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    private RowWrite Of(Place place, Wish wish)
    {
        var (table, row) = wish.Stream == 0
            ? ("orders", Simulation.Row.Of(
                wish.Number, IdOf(wish.Owner), wish.Content ?? "", (double)(wish.Content?.Length ?? 0), Cell.Null))
            : ("lines", Simulation.Row.Of(wish.Number * 10, wish.Number, wish.Content ?? ""));
        return wish.Content is null ? _places[(int)place].Drop(table, row) : _places[(int)place].Put(table, row);
    }

    private Row? Row(Place place, int number) => _places[(int)place].Find("orders", KeyOf(0, number));

    private async Task<string?> Put(Place place, Row row) =>
        await _places[(int)place].Write("anybody", _places[(int)place].Put("orders", row)) == WriteOutcome.Acknowledged
            ? null
            : "refused";

    private sealed class OpenWrite(Func<Task<string?>> write) : IOpenWrite
    {
        public async Task<bool> Commit() => await write() is null;

        public Task RollBack() => Task.CompletedTask;
    }
}
