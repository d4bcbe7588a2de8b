namespace Godwit.Engine.Journal;

/// <summary>A verification pass over everything is through.</summary>
internal sealed record PassFact(int Ranges, int Equal, int Undecided, int Different, long Records, string Verdict);
