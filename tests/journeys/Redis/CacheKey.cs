namespace Godwit.Tests.Journeys.Redis;

/// <summary>A key of a server.</summary>
/// <param name="Database">The number of the database that holds it.</param>
internal readonly record struct CacheKey(int Database, string Name)
{
    public override string ToString() => $"{Database}:{Name}";
}
