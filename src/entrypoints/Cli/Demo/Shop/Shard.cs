namespace Godwit.Cli.Demo.Shop;

/// <summary>One of the two places where tenants live.</summary>
internal enum Shard
{
    A,
    B,
}
