namespace Godwit.Connectors.Redis.Commands;

/// <summary>An argument that is a key.</summary>
/// <param name="Argument">Its index, the name of the command being 0.</param>
/// <param name="Use">What the command may do with it.</param>
internal readonly record struct KeyReference(int Argument, KeyUse Use);
