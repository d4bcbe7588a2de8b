namespace Godwit.Connectors.Files.Kernel;

/// <summary>What an entry is. The numbers are the values of the column <c>kind</c> and reach digests: append, never
/// change.</summary>
internal enum EntryKind : byte
{
    /// <summary>FIFO, socket or device: cannot be moved.</summary>
    Other = 0,
    File = 1,
    Directory = 2,
    Symlink = 3,

    /// <summary>Another name of a file whose first path comes earlier in key order.</summary>
    HardLink = 4,
}
