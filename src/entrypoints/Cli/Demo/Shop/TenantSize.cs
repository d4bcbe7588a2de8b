namespace Godwit.Cli.Demo.Shop;

/// <summary>How much one tenant has. Orders bring 2.5 lines and 0.625 payments each.</summary>
internal sealed record TenantSize(int Customers, int Products, int Orders, int Events, int Files);
