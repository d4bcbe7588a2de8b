namespace Godwit.Engine.Journal;

/// <summary>A signed head of the receipt's tree at a phase change.</summary>
internal sealed record HeadFact(string Phase, string At, int Size, string Root, string Signature);
