using System.Globalization;

namespace Godwit.Cli.Demo.Shop;

/// <summary>One of the twenty tenants.</summary>
/// <param name="Id">As the tenant columns and the folders name it.</param>
/// <param name="Slot">
/// From 0 to 19. Ids of the whole shop are <c>serial * 20 + slot</c>: those of different tenants interleave and never
/// meet, as they would with a central sequence, and each tells whose it is.
/// </param>
internal sealed record Tenant(int Id, int Slot)
{
    private const int Count = 20;

    public static Tenant Moving { get; } = new(42, 0);

    /// <summary>The moving one first.</summary>
    public static IReadOnlyList<Tenant> All { get; } =
        [Moving, .. Enumerable.Range(1, Count - 1).Select(id => new Tenant(id, id))];

    public bool Moves => this == Moving;

    /// <summary>Where it lives before anything moves.</summary>
    public Shard Home => Slot < Count / 2 ? Shard.A : Shard.B;

    public string Folder => Id.ToString(CultureInfo.InvariantCulture);

    public static IEnumerable<Tenant> StayingAt(Shard shard) => All.Where(one => !one.Moves && one.Home == shard);

    public long IdOf(long serial) => (serial * Count) + Slot;

    /// <summary>A text key whose order has nothing to do with the order in which keys are made.</summary>
    public string CodeOf(long serial) => $"{(uint)(IdOf(serial) * 2_654_435_761L):x8}-{Slot}";

    /// <summary>Whose id this is; null when it is no id.</summary>
    public static Tenant? OfId(object? id) => id is long number ? All[(int)(number % Count)] : null;

    /// <summary>Whose code this is; null when it is no code.</summary>
    public static Tenant? OfCode(object? code) =>
        code is string text
        && int.TryParse(text.AsSpan(text.LastIndexOf('-') + 1), NumberStyles.None, null, out var slot)
        && slot < Count
            ? All[slot]
            : null;

    public static Tenant? Numbered(object? id) => All.FirstOrDefault(one => id is long number && one.Id == number);
}
