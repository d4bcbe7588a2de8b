namespace Godwit.Core.Stores;

/// <summary>The definitions of a source in its own language, for an empty target of the same family.</summary>
/// <param name="Family">See <see cref="Abilities.Family"/>.</param>
/// <param name="BeforeCopy">Statements that make the streams.</param>
/// <param name="AfterCopy">Statements for indexes, then triggers and views: made when all records are there.</param>
/// <param name="Settings">Properties of the store as a whole that records depend on (encoding, page size,
/// version).</param>
public sealed record SchemaModel(
    string Family,
    IReadOnlyList<string> BeforeCopy,
    IReadOnlyList<string> AfterCopy,
    IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>The same for targets of other families, in the order of the streams that were asked for; empty when
    /// there are none.</summary>
    public IReadOnlyList<Schemas.TableOutline> Outlines { get; init; } = [];

    public static SchemaModel None(string family) => new(family, [], [], new Dictionary<string, string>());
}
