namespace Godwit.Tests.Journeys.Redis;

/// <summary>When a key expires (Unix milliseconds), as far as whoever sent the command can know it.</summary>
/// <param name="From">Counted from when the command was sent.</param>
/// <param name="Until">Counted from when it was answered.</param>
internal readonly record struct ExpiryTime(long From, long Until);
