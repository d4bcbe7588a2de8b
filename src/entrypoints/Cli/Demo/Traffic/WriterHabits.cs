namespace Godwit.Cli.Demo.Traffic;

/// <summary>How writers write.</summary>
/// <param name="Deletions">What they do about late deletions.</param>
/// <param name="Slowness">How many times longer than in the demonstration they pause between writes.</param>
internal sealed record WriterHabits(Deletions Deletions = Deletions.Once, int Slowness = 1);
