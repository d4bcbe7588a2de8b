namespace Godwit.Connectors.Redis.Protocol;

/// <summary>Where a server listens, and who asks there.</summary>
internal sealed record RedisEndpoint(string Host, int Port)
{
    /// <summary>Null: nobody in particular.</summary>
    public string? User { get; init; }

    /// <summary>Never shown.</summary>
    public string? Password { get; init; }

    public bool IsEncrypted { get; init; }

    /// <summary>A file with certificates that are trusted beside the system's; null when there is none.</summary>
    public string? Authority { get; init; }

    public override string ToString() => $"{Host}:{Port}";
}
