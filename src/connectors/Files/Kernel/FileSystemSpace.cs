namespace Godwit.Connectors.Files.Kernel;

/// <summary>What is left on a file system for the calling user.</summary>
internal readonly record struct FileSystemSpace(long BytesFree, long EntriesFree);
