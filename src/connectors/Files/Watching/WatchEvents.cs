namespace Godwit.Connectors.Files.Watching;

/// <summary>Bits of inotify's masks.</summary>
internal static class WatchEvents
{
    internal const uint Modified = 0x2;
    internal const uint Attributes = 0x4;
    internal const uint Written = 0x8;
    internal const uint MovedFrom = 0x40;
    internal const uint MovedTo = 0x80;
    internal const uint Created = 0x100;
    internal const uint Deleted = 0x200;
    internal const uint Overflow = 0x4000;
    internal const uint Ignored = 0x8000;
    internal const uint IsDirectory = 0x40000000;

    /// <summary>Only directories, and no events of names that are gone.</summary>
    internal const uint Wanted =
        Modified | Attributes | Written | MovedFrom | MovedTo | Created | Deleted | 0x01000000 | 0x04000000;
}
