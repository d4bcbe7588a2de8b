using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>A table of orders, about 100 bytes a row, the same on every machine.</summary>
internal static class SqliteData
{
    internal const string Table = """
        CREATE TABLE orders (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, total REAL NOT NULL,
        note TEXT NOT NULL, mark BLOB NOT NULL);
        """;

    internal const string Index = "CREATE INDEX orders_by_account ON orders (account);";

    private const string Letters = "abcdefghijklmnopqrstuvwxyz      ";
    private const int RowsPerStatement = 500;
    private const int Accounts = 100_000;

    internal static void Make(string path, int rows)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("sqlite3", ["-cmd", ".output /dev/null", path])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            })!;
        using (var input = shell.StandardInput)
        {
            input.Write($"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {Table} BEGIN;\n");
            Write(input, new Dice(5), rows);
            input.Write($"COMMIT; {Index}\n");
        }
        shell.WaitForExit();
        if (shell.ExitCode != 0)
            throw new InvalidOperationException($"sqlite3 could not make {path}.");
    }

    /// <summary>Rows that are missing, more or different at the target.</summary>
    internal static long CountWrong(string source, string target)
    {
        if (Number(target, "SELECT count(*) FROM sqlite_master WHERE name = 'orders';") == 0)
            return Number(source, "SELECT count(*) FROM orders;");
        return Number(
            target,
            $"""
            ATTACH '{source}' AS source;
            SELECT (SELECT count(*) FROM source.orders AS s LEFT JOIN main.orders AS t ON t.id = s.id
                    WHERE t.id IS NULL OR t.account IS NOT s.account OR t.total IS NOT s.total
                    OR t.note IS NOT s.note OR t.mark IS NOT s.mark)
                 + abs((SELECT count(*) FROM main.orders) - (SELECT count(*) FROM source.orders))
                 + (SELECT count(*) = 0 FROM main.sqlite_master WHERE name = 'orders_by_account');
            """);
    }

    private static long Number(string database, string query) =>
        long.Parse(new Command("sqlite3", database, query).Ask(), CultureInfo.InvariantCulture);

    private static void Write(StreamWriter input, Dice dice, int rows)
    {
        var (statement, id) = (new StringBuilder(), 0L);
        for (var row = 0; row < rows; row++)
        {
            id += 1 + dice.Below(3);
            statement.Append(statement.Length == 0 ? "INSERT INTO orders VALUES" : ",");
            Append(statement, dice, id);
            if (row % RowsPerStatement != RowsPerStatement - 1 && row != rows - 1)
                continue;
            input.Write(statement.Append(";\n"));
            statement.Clear();
        }
    }

    private static void Append(StringBuilder statement, Dice dice, long id)
    {
        Span<char> note = stackalloc char[40 + dice.Below(33)];
        foreach (ref var letter in note)
            letter = Letters[dice.Below(Letters.Length)];
        var total = string.Create(
            CultureInfo.InvariantCulture, $"{dice.Below(10_000_000)}.{dice.Below(100):00}");
        statement.Append(
            CultureInfo.InvariantCulture, $"({id},{dice.Below(Accounts)},{total},'{note}',x'{dice.Next():x16}')");
    }
}
