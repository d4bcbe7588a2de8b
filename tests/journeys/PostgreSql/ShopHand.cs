using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>With what a writer works: the rows he owns, his dice, and names that nobody else gives.</summary>
internal sealed class ShopHand(OwnRows own, Dice dice, int writer, int longestText)
{
    private int _next;

    public Dice Dice { get; } = dice;

    /// <inheritdoc cref="ShopHabits.LongestText"/>
    public int LongestText { get; } = longestText;

    /// <summary>A row of his that no transaction of his has under way, noted as touched; null when chance finds
    /// none.</summary>
    public string? Pick(string table, OpenDeed deed)
    {
        var key = own.Pick(table, deed, Dice);
        if (key is not null)
            deed.Touch(table, key);
        return key;
    }

    public IReadOnlyList<string> PickMany(string table, int most, OpenDeed deed) =>
        [.. Enumerable.Range(0, most).Select(_ => Pick(table, deed)).OfType<string>()];

    public string Fresh() => $"w{writer}-{_next++}";

    public int FreshPlace() => 10 + _next++;

    public Guid FreshId() =>
        new(Dice.Next(int.MaxValue), (short)writer, (short)Dice.Next(short.MaxValue),
            BitConverter.GetBytes((long)_next++));
}
