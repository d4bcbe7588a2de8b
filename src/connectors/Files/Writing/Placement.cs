namespace Godwit.Connectors.Files.Writing;

/// <summary>A complete entry under its temporary name, in the directory where it belongs.</summary>
internal sealed record Placement(byte[] Path, byte[] Temporary);
