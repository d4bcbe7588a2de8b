namespace Godwit.Connectors.Files.Walking;

/// <summary>The first path of a file with several names, and the file's change time when that was found out.</summary>
internal sealed record FirstPath(byte[] Path, long Changed);
