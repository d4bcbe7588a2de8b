using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Writing;

/// <summary>A directory that was written into: what it had before, and what it shall have when all is
/// written.</summary>
internal sealed class DirectoryNote(byte[] path, FileStatus before, bool isNew)
{
    private const uint SetGroupBit = 0x400;

    internal byte[] Path { get; } = path;

    internal FileStatus Before { get; } = before;

    internal bool IsNew { get; } = isNew;

    /// <summary>Files made here get the directory's group instead of ours.</summary>
    internal bool GivesGroup { get; } = (before.Mode & SetGroupBit) != 0;

    /// <summary>From its own record, when that came in the same operation.</summary>
    internal EntryMetadata? Wanted { get; set; }
}
