namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A writer did not find the world as it had left it.</summary>
internal sealed class ShopWonderException(string message) : Exception(message);
