namespace Godwit.Cli.Demo.Shop;

/// <summary>How much a shop holds: the tenant that moves, and each of the nineteen that stay.</summary>
/// <param name="Name">What it is called on a command line.</param>
/// <param name="Moved">The tenant that moves.</param>
/// <param name="Other">Each of the others.</param>
internal sealed record ShopSize(string Name, TenantSize Moved, TenantSize Other)
{
    private static readonly TenantSize Small = new(50, 40, 100, 100, 10);

    /// <summary>Some 200 000 rows and 2 000 files.</summary>
    public static ShopSize Full { get; } = new("full", new TenantSize(20_000, 8_000, 40_000, 7_000, 2_000), Small);

    /// <summary>For tests: the same shapes in a hundredth of the time.</summary>
    public static ShopSize Tiny { get; } = new("tiny", new TenantSize(600, 240, 1_200, 300, 120), Small);

    public static ShopSize Named(string name) => name switch
    {
        "full" => Full,
        "tiny" => Tiny,
        _ => throw new ArgumentException($"No shop has the size '{name}'.", nameof(name)),
    };

    public TenantSize Of(Tenant tenant) => tenant.Moves ? Moved : Other;
}
