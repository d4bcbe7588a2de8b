namespace Godwit.Bench.Peers;

/// <summary>A reply that refuses a command.</summary>
/// <param name="Text">Its code and reason, as <c>NOPERM …</c>.</param>
internal sealed record RedisError(string Text);
