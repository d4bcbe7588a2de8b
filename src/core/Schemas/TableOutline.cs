namespace Godwit.Core.Schemas;

/// <summary>What is defined for a table besides its <see cref="StreamSchema"/>, as far as another family can say it
/// too.</summary>
/// <param name="Name">Of the stream.</param>
/// <param name="Columns">In the order of the stream's.</param>
/// <param name="Indexes">Those over plain columns.</param>
/// <param name="References">Foreign keys.</param>
/// <param name="LeftOut">What no other family understands, each for people: "the trigger t", "the default of
/// c".</param>
public sealed record TableOutline(
    string Name,
    IReadOnlyList<ColumnOutline> Columns,
    IReadOnlyList<IndexOutline> Indexes,
    IReadOnlyList<ReferenceOutline> References,
    IReadOnlyList<string> LeftOut);
