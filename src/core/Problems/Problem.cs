namespace Godwit.Core.Problems;

/// <summary>Something a person can act on: what happened, why, and what to type next.</summary>
/// <param name="Code">Stable: <c>GW-</c>, an area of three letters, a number. Each has a page in docs/problems.</param>
/// <param name="What">What happened, with the names of the things it happened to.</param>
/// <param name="Why">The cause, as far as it is known.</param>
/// <param name="Remedy">The next step, as a command or a change to a file where there is one.</param>
/// <param name="Recovery">What the engine does about it.</param>
/// <remarks>
/// Every text may be shown, logged and journalled: whoever makes a problem keeps secrets out of it and passes
/// names that come from outside through <see cref="Printable"/>.
/// </remarks>
public sealed record Problem(string Code, string What, string Why, string Remedy, Recovery Recovery)
{
    public override string ToString() => $"{Code}: {What} {Why} {Remedy}";
}
