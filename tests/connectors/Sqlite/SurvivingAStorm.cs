using System.Globalization;
using Godwit.Core.Positions;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

/// <summary>Random writers before, during and after a copy in random order. A failure prints its seed.</summary>
public sealed class SurvivingAStorm
{
    private const string Schema =
        """
        CREATE TABLE orders(id INTEGER PRIMARY KEY, tenant INTEGER, code TEXT COLLATE NOCASE UNIQUE, v);
        CREATE TABLE lines(id TEXT PRIMARY KEY, orders INTEGER REFERENCES orders(id),
          slot INTEGER, what, UNIQUE(orders, slot));
        CREATE TABLE notes(line TEXT REFERENCES lines(id), n INTEGER, text, PRIMARY KEY(line, n)) WITHOUT ROWID;
        CREATE TABLE labels(code TEXT COLLATE NOCASE PRIMARY KEY REFERENCES orders(code), label UNIQUE);
        CREATE UNIQUE INDEX some ON orders(v) WHERE v > 90;
        CREATE UNIQUE INDEX shape ON lines(lower(what));
        """;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7),
        InlineData(8)]
    public Task The_target_ends_equal_to_the_source_for_a_tenant(int seed) =>
        Weather(seed, Scopes.OfTenant(Shop.Integer(42)));

    [Theory]
    [InlineData(11), InlineData(12), InlineData(13), InlineData(14), InlineData(15), InlineData(16)]
    public Task The_target_ends_equal_to_the_source_as_a_whole(int seed) => Weather(seed, Scopes.Everything);

    private static async Task Weather(
        int seed, Func<IReadOnlyList<Core.Schemas.StreamSchema>, IReadOnlyList<Core.Schemas.ScopedStream>> scope)
    {
        var dice = new Random(seed);
        await using var shop = new Shop();
        shop.AtSource("PRAGMA journal_mode = WAL;" + Schema);
        using var writer = new SqlWriter(shop.SourcePath);
        for (var i = 0; i < 150; i++)
            Write(writer, dice);
        var move = await Move.Prepare(await shop.OpenSource(), await shop.OpenTarget(), scope);
        var chunks = await Chunks(move);
        Position? start = null;
        foreach (var chunk in chunks.OrderBy(_ => dice.Next()))
        {
            for (var writes = dice.Next(12); writes > 0; writes--)
                Write(writer, dice);
            var by = dice.Next(2) == 0 ? Move.By.SqliteItself : Move.By.Records;
            var seen = (await move.CopyChunk(move.Streams[chunk.Stream], chunk, by)).Visibility.SeenThrough;
            start = start is { } known && known < seen ? known : seen;
        }
        await move.To.Target.FinishCopy(move.Streams, move.Model, CancellationToken.None);
        await move.To.Target.StartAt(start!.Value, CancellationToken.None);
        for (var i = 0; i < 40; i++)
        {
            for (var writes = dice.Next(6); writes > 0; writes--)
                Write(writer, dice);
            await move.Follow();
            await move.AssertEqual();
        }
        foreach (var table in (string[])["orders", "lines", "notes", "labels"])
        {
            var stray = shop.Read(shop.TargetPath, $"SELECT count(*) FROM {table}");
            var mine = (await Move.Digest(move.To, move.Stream(table))).Count;
            Assert.Equal(mine.ToString(CultureInfo.InvariantCulture), stray);
        }
    }

    private static async Task<List<Chunk>> Chunks(Move move)
    {
        var chunks = new List<Chunk>();
        foreach (var stream in move.Streams)
        {
            await foreach (var chunk in move.From.Snapshot.Split(stream, new ChunkSize(5, 1 << 20),
                CancellationToken.None))
                chunks.Add(chunk);
        }
        return chunks;
    }

    // Some of them fail by a constraint, and leave nothing or, in a script, what came before.
    private static void Write(SqlWriter writer, Random dice)
    {
        var or = dice.Next(3) switch { 0 => "OR REPLACE ", 1 => "OR IGNORE ", _ => "" };
        var sql = dice.Next(14) switch
        {
            0 or 1 => $"INSERT {or}INTO orders VALUES({Order(dice)}, {Tenant(dice)}, {Code(dice)}, {dice.Next(100)})",
            2 => $"UPDATE {or}orders SET tenant = {Tenant(dice)} WHERE id = {Order(dice)}",
            3 => $"UPDATE {or}orders SET code = {Code(dice)}, v = {dice.Next(100)} WHERE id = {Order(dice)}",
            4 => $"UPDATE {or}orders SET id = {Order(dice)} WHERE id = {Order(dice)}",
            5 => $"DELETE FROM orders WHERE id = {Order(dice)}",
            6 or 7 => $"INSERT {or}INTO lines VALUES({Line(dice)}, {Order(dice)}, {dice.Next(6)}, {What(dice)})",
            8 => $"UPDATE {or}lines SET orders = {Order(dice)}, slot = {dice.Next(6)} WHERE id = {Line(dice)}",
            9 => $"UPDATE {or}lines SET id = {Line(dice)}, what = {What(dice)} WHERE id = {Line(dice)}",
            10 => $"DELETE FROM lines WHERE orders = {Order(dice)}",
            11 => $"INSERT {or}INTO notes VALUES({Line(dice)}, {dice.Next(3)}, {dice.Next()}); DELETE FROM notes "
                + $"WHERE n = 5",
            12 => $"UPDATE {or}notes SET line = {Line(dice)} WHERE line = {Line(dice)}",
            _ => $"INSERT {or}INTO labels VALUES({Code(dice)}, {dice.Next(20)}) ON CONFLICT DO UPDATE SET label = "
                + $"label + 50",
        };
        _ = writer.Try($"PRAGMA recursive_triggers = {dice.Next(2)}; {sql}");
    }

    private static string Order(Random dice) =>
        dice.Next(25) == 0 ? "NULL" : (1 + dice.Next(20)).ToString(CultureInfo.InvariantCulture);

    private static string Tenant(Random dice) => dice.Next(4) switch { 0 => "7", 1 => "NULL", _ => "42" };

    private static string Code(Random dice) =>
        dice.Next(12) == 0 ? "NULL" : $"'{(dice.Next(2) == 0 ? 'c' : 'C')}{dice.Next(12)}'";

    private static string Line(Random dice) => dice.Next(20) == 0 ? "NULL" : $"'l{dice.Next(30)}'";

    private static string What(Random dice) =>
        dice.Next(3) == 0 ? "NULL" : $"'{(dice.Next(2) == 0 ? 'w' : 'W')}{dice.Next(30)}'";
}
