namespace Godwit.Engine.Cutover;

/// <summary>Something happened to an attempt.</summary>
/// <param name="Kind">What.</param>
/// <param name="Attempt">Which attempt it belongs to; news of an earlier one comes too late to mean anything.</param>
internal readonly record struct HandoffNews(HandoffNewsKind Kind, int Attempt);
