namespace Godwit.Tests.Servers;

/// <summary>An error that Redis replied with, in its words: "ERR no such key".</summary>
internal sealed class RedisRefusal(string message) : Exception(message);
