using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Audit;

/// <summary>A row or a file that is really there.</summary>
/// <param name="Owner">Null when it is nobody's.</param>
internal sealed record Found(Tenant? Owner, string Stream, string Key, string Text);
