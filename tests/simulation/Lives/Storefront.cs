using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>The application of the simulated lives: a shop with orders of tenants, their lines, and notes on
/// lines.</summary>
internal sealed class Storefront(World world, MemoryDatabase home, MemoryDatabase other, MemoryRoute route)
{
    internal const string Moved = "42";

    /// <summary>How many serve the moved tenant at once.</summary>
    internal const int Clerks = 3;

    private static readonly StreamSchema Orders = Table(
        "orders", ["id", "tenant_id", "state"], null);

    private static readonly StreamSchema Lines = Table(
        "lines", ["id", "order_id", "amount"], new ForeignKey(["order_id"], "orders", ["id"]));

    private static readonly StreamSchema Notes = Table(
        "notes", ["id", "line_id", "text"], new ForeignKey(["line_id"], "lines", ["id"]));

    internal static IReadOnlyList<StreamSchema> Tables { get; } = [Orders, Lines, Notes];

    internal bool IsClosed { get; private set; }

    /// <summary>The id of the moved tenant, as a key.</summary>
    internal static Key Tenant()
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(42);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    internal static void Build(MemoryDatabase database)
    {
        foreach (var table in Tables)
            database.Create(table);
    }

    internal async Task Stock(int orders)
    {
        // One order stands for ever: a tenant without any record would be refused as a mistake.
        await home.Write(Moved, home.Put("orders", Row.Of(100_000, 42, 1)));
        for (var i = 0; i < orders; i++)
        {
            await Serve(home, Moved, 100_000, i % Clerks);
            await Serve(home, "7", 2_000_000, 0);
            await Serve(other, "8", 20_000_000, 0);
        }
    }

    internal void Close() => IsClosed = true;

    /// <summary>Customers of the moved tenant: they follow the route, and ask again when they are refused.</summary>
    /// <param name="clerk">Clerks work side by side, each on records of its own: nobody writes a line to an order that
    /// another has just deleted.</param>
    /// <param name="writes">How many acknowledged transactions.</param>
    internal async Task ServeMoved(int clerk, int writes)
    {
        for (var i = 0; i < writes && !IsClosed;)
        {
            var place = route.Resolve(home.Address) == other.Address ? other : home;
            if (world.Dice.Says(0.05))
                await world.Pause(TimeSpan.FromMilliseconds(40)); // Has looked up the place and takes its time.
            if (await Serve(place, Moved, 100_000, clerk) == WriteOutcome.Acknowledged)
                i++;
            await world.Pause(TimeSpan.FromMilliseconds(60));
        }
    }

    /// <summary>Customers of neighbours, who must not notice anything.</summary>
    internal async Task ServeNeighbours(int writes)
    {
        for (var i = 0; i < writes && !IsClosed; i++)
        {
            var there = world.Dice.Says(0.5);
            var outcome = await Serve(there ? other : home, there ? "8" : "7", there ? 20_000_000 : 2_000_000, 0);
            Assert.Equal(WriteOutcome.Acknowledged, outcome);
            await world.Pause(TimeSpan.FromMilliseconds(100));
        }
    }

    private Task<WriteOutcome> Serve(MemoryDatabase at, string tenant, long numbers, int clerk)
    {
        var order = Existing(at, Orders, numbers, clerk);
        var line = Existing(at, Lines, numbers, clerk);
        return world.Dice.Next(8) switch
        {
            0 or 1 when order is not null => at.Write(tenant, at.Put("orders", order.With(2, Any()))),
            2 when order is not null => at.Write(
                tenant, at.Put("lines", Row.Of(Number(at, numbers, clerk), order[0], Any()))),
            3 when line is not null && order is not null => at.Write(
                tenant, at.Put("lines", line.With(1, order[0]))),
            4 when line is not null => at.Write(
                tenant, at.Put("notes", Row.Of(Number(at, numbers, clerk), line[0], Any()))),
            5 when order is not null => at.Write(tenant, [.. Cancelled(at, order)]),
            6 when order is not null => at.Write(
                tenant, [.. Cancelled(at, order), at.Put("orders", order.With(2, Any()))]),
            _ => Order(at, tenant, numbers, clerk),
        };
    }

    private Task<WriteOutcome> Order(MemoryDatabase at, string tenant, long numbers, int clerk)
    {
        var order = Row.Of(Number(at, numbers, clerk), long.Parse(tenant, null), Any());
        var line = Row.Of(Number(at, numbers, clerk), order[0], Any());
        return at.Write(tenant, at.Put("orders", order), at.Put("lines", line));
    }

    /// <summary>An order is deleted with its lines and their notes, in one transaction.</summary>
    private static IEnumerable<RowWrite> Cancelled(MemoryDatabase at, Row order)
    {
        foreach (var line in at.Contents("lines").Values.Where(one => one[1] == order[0]))
        {
            foreach (var note in at.Contents("notes").Values.Where(one => one[1] == line[0]))
                yield return at.Drop("notes", note);
            yield return at.Drop("lines", line);
        }
        yield return at.Drop("orders", order);
    }

    /// <summary>
    /// Tenants and clerks have numbers of their own, so that rows can be told apart without asking the tables. Nobody
    /// may ever get a number that is taken: the counters have to move with the tenant.
    /// </summary>
    private static long Number(MemoryDatabase at, long numbers, int clerk)
    {
        var number = numbers + (at.NextNumber("orders") * Clerks) + clerk;
        foreach (var table in Tables)
            Assert.DoesNotContain(at.Contents(table.Name).Values, row => row[0].Number == number);
        return number;
    }

    private Row? Existing(MemoryDatabase at, StreamSchema table, long numbers, int clerk)
    {
        var rows = at.Contents(table.Name).Values
            .Where(one => one[0].Number > numbers && one[0].Number < numbers * 10)
            .Where(one => (one[0].Number - numbers) % Clerks == clerk)
            .ToList();
        return rows.Count == 0 ? null : world.Dice.Pick(rows);
    }

    private Cell Any() => world.Dice.Next(1_000);

    private static StreamSchema Table(string name, string[] columns, ForeignKey? parent) => new()
    {
        Name = name,
        Columns = [.. columns.Select(one => new ColumnSchema(one, "INTEGER", false))],
        KeyColumns = [0],
        ForeignKeys = parent is null ? [] : [parent],
    };
}
