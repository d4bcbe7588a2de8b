namespace Godwit.Connectors.Redis.Commands;

/// <summary>What a command may do with a key.</summary>
[Flags]
internal enum KeyUse
{
    None = 0,

    /// <summary>What it does depends on the value. Whether the key is there may matter to it without this.</summary>
    Read = 1,

    /// <summary>It may change the value or when it expires, or make the key.</summary>
    Write = 2,

    /// <summary>It takes something away: the key may be gone.</summary>
    Delete = 4,

    /// <summary>It writes the key of this name in another database, see <see cref="OtherDatabase"/>: MOVE in both, COPY
    /// only there.</summary>
    Elsewhere = 8,
}
