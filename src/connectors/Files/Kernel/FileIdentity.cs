namespace Godwit.Connectors.Files.Kernel;

/// <summary>Which inode of which file system.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode);
