namespace Godwit.Core.Records;

/// <summary>Keys from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive), in the store's
/// order.</summary>
/// <param name="From">Null: from the first key, whatever it will be.</param>
/// <param name="To">Null: to the last key, whatever it will be.</param>
/// <remarks>The ranges of a stream's chunks cover every possible key: records inserted later fall into one of
/// them.</remarks>
public sealed record KeyRange(Key? From, Key? To)
{
    public static KeyRange All { get; } = new(null, null);

    public override string ToString() => $"[{From?.ToString() ?? "first"} .. {To?.ToString() ?? "last"})";
}
