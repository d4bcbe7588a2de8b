using System.Security.Cryptography;
using System.Text;
using Godwit.Engine.Planning;

namespace Godwit.Cli.MigrationFiles;

/// <summary>A migration file that was understood.</summary>
internal sealed record MigrationFile
{
    public required MigrationDefinition Definition { get; init; }

    /// <summary>In the order of the definition's moves, with everything filled in. Never shown.</summary>
    public required IReadOnlyList<MoveAddresses> Addresses { get; init; }

    /// <summary>Tells whether two readings of the same text lead to the same places.</summary>
    public string Places => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', Addresses.SelectMany(one => new[] { one.From.Place, one.To.Place })))));

    /// <summary>Absolute path of the route file; null when there is none.</summary>
    public string? Route { get; init; }

    /// <summary>Program and arguments; empty when there is no hook.</summary>
    public IReadOnlyList<string> Hook { get; init; } = [];

    public long? BytesPerSecond { get; init; }

    /// <summary>Values of variables and secret files: what to black out in text from outside.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
