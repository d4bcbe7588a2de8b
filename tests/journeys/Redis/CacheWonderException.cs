namespace Godwit.Tests.Journeys.Redis;

/// <summary>The world is not as a writer had left it.</summary>
internal sealed class CacheWonderException(string message) : Exception(message);
