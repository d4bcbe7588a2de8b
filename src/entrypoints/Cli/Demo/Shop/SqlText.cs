using System.Globalization;

namespace Godwit.Cli.Demo.Shop;

/// <summary>Values written as SQLite's <c>quote()</c> writes them, so that the audit can leave the reading of types to
/// SQLite.</summary>
internal static class SqlText
{
    public static string Of(IEnumerable<object?> values) => string.Join(',', values.Select(Of));

    /// <summary>What makes SQLite write the same.</summary>
    public static string Expression(IEnumerable<string> columns) =>
        string.Join(" || ',' || ", columns.Select(column => $"quote({column})"));

    private static string Of(object? value) => value switch
    {
        null => "NULL",
        long number => number.ToString(CultureInfo.InvariantCulture),
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        // Only quarters are ever stored: every version of SQLite writes those alike.
        double real => real.ToString("0.0#", CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType().Name} is no value of SQLite.", nameof(value)),
    };
}
