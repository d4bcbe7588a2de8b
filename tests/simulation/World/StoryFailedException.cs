namespace Godwit.Tests.Simulation;

/// <summary>A simulated life went wrong in a way that only the scheduler sees; says the seed.</summary>
public sealed class StoryFailedException(string message, Exception? cause = null) : Exception(message, cause);
