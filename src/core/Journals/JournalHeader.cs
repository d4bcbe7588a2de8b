namespace Godwit.Core.Journals;

/// <summary>The first entry of a journal, written by the journal itself: whose it is and in which format.</summary>
public static class JournalHeader
{
    public const string Kind = "header";
}
