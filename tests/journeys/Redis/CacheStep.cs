namespace Godwit.Tests.Journeys.Redis;

/// <summary>What a server carries out whole or not at all: a command, or a transaction.</summary>
/// <param name="Database">The database that it is meant for.</param>
/// <param name="Commands">One, or MULTI to EXEC.</param>
/// <param name="Outcomes">Exactly one of them happens, when it is carried out.</param>
internal sealed record CacheStep(
    int Database, IReadOnlyList<object[]> Commands, IReadOnlyList<CacheOutcome> Outcomes)
{
    public override string ToString() => string.Join("; ", Commands.Select(one => string.Join(' ', one)));
}
