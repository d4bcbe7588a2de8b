namespace Godwit.Connectors.Files.Kernel;

/// <summary>What a file system has left for the calling user, and what it takes.</summary>
internal readonly record struct FileSystemSpace(long BytesFree, long EntriesFree, int LongestName, bool IsReadOnly);
