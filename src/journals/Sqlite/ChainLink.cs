namespace Godwit.Journals.Sqlite;

/// <summary>One place in the chain: what the next entry has to fit to.</summary>
internal readonly record struct ChainLink(long Sequence, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Before the header, which has sequence 1.</summary>
    public static ChainLink None { get; } = new(0, new byte[EntryHash.Size]);
}
