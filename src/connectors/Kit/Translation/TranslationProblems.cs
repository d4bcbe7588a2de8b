using System.Globalization;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>What can go wrong between two families of stores, in words that help.</summary>
internal static class TranslationProblems
{
    internal static Problem DoesNotFit(
        string shown, StreamSchema schema, Key key, Misfit misfit, string value) => new(
        "GW-KIT-001",
        $"A value does not fit at {shown}: {Name(schema)}, key {key}, column {Column(schema.Columns[misfit.Column])}.",
        $"The value is {value}: {Printable.Text(misfit.Why)}.",
        "Correct the value where it was written, or the type of the column at the other side; then run: godwit resume",
        Recovery.Pause);

    internal static Problem DoNotFit(
        string shown, StreamSchema schema, ColumnSchema here, ColumnSchema there, long count,
        IReadOnlyList<string> examples, string why) => new(
        "GW-KIT-002",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Column {Column(here)} of {Name(schema)} holds values that do not fit into {there.Type} at {shown}:"
            + $" {count}."),
        $"For example {string.Join("; ", examples)}: {Printable.Text(why)}.",
        "Correct these values, or make the table at the target yourself with a type that holds them all.",
        Recovery.Stop);

    internal static Problem NoKey(string stream, string column) => new(
        "GW-KIT-003",
        $"{Printable.Text(stream)} cannot be moved to another family: its key {Printable.Text(column)} is not ordered"
        + " alike there.",
        "It is of a type, or compares text by a collation, that the other side orders in another way: ranges of keys"
        + " would not hold the same records.",
        "Give the table a key of numbers, plain text or bytes at both sides, or exclude it in the file.",
        Recovery.Stop);

    internal static Problem NoName(string shown, string name, string why) => new(
        "GW-KIT-004", $"{Printable.Text(name)} cannot be called so at {shown}.",
        $"At the target {why}.", "Rename it at the source, or exclude the table in the file.", Recovery.Stop);

    internal static Problem Differs(string shown, string table, string difference) => new(
        "GW-KIT-005", $"The table {Printable.Text(table)} at {shown} cannot stand for the source's.",
        Printable.Text(difference) + ".",
        "Make both alike, or drop the table at the target and let Godwit make it.", Recovery.Stop);

    internal static Problem LeftOut(string stream, IReadOnlyList<string> what) => new(
        "GW-KIT-006", $"Not everything that is defined for {Printable.Text(stream)} will be made at the target.",
        $"Left out: {Printable.Text(string.Join(", ", what))}.",
        "Make at the target what your application needs of it, before the cutover.", Recovery.Retry);

    internal static Problem PartlyLookedAt(string stream, long records) => new(
        "GW-KIT-007",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Only the first {records} records of {Printable.Text(stream)} were looked at for values that do not fit."),
        "The table is large; looking at all of it would take as long as copying it.",
        "Nothing: a value that does not fit would stop the copy, with its key.", Recovery.Retry);

    private static string Name(StreamSchema schema) => Printable.Text(schema.Name);

    private static string Column(ColumnSchema column) =>
        Printable.Text(column.Type.Length == 0 ? column.Name : $"{column.Name} ({column.Type})");
}
