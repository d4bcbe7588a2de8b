namespace Godwit.Connectors.Redis.Rdb;

/// <summary>An entry of a stream.</summary>
/// <param name="FirstName">Index in <see cref="StreamElements.Names"/>.</param>
/// <param name="FirstValue">Index in <see cref="StreamElements.Values"/>.</param>
/// <param name="Fields">How many names and values it has.</param>
internal readonly record struct StreamEntry(StreamId Id, int FirstName, int FirstValue, int Fields);
