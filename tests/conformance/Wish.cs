namespace Godwit.Tests.Conformance;

/// <summary>What an application wants to be true of one record: its content, or that it is gone.</summary>
/// <param name="Stream">0: the main stream; 1: its children, where child n belongs to record n of the main
/// stream.</param>
/// <param name="Number">Identifies the record within its stream, whoever owns it.</param>
/// <param name="Content">Null: gone.</param>
/// <param name="Owner">Of a record in the main stream; a child belongs to whomever its parent belongs to.</param>
public sealed record Wish(int Stream, int Number, string? Content, Owner Owner)
{
    public static Wish Record(int number, string content, Owner owner = Owner.Mine) => new(0, number, content, owner);

    public static Wish Child(int number, string content) => new(1, number, content, Owner.Mine);

    public static Wish Gone(int number, int stream = 0) => new(stream, number, null, Owner.Mine);
}
