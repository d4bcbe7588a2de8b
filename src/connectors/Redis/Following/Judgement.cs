namespace Godwit.Connectors.Redis.Following;

/// <summary>What is done with a command.</summary>
internal enum Judgement
{
    /// <summary>It concerns nothing that is moved.</summary>
    Drop,

    /// <summary>All that it reads and writes is moved: it is carried out at the destination as it is.</summary>
    Forward,

    /// <summary>It is a sum of commands for single keys: those for keys of the scope are carried out.</summary>
    Project,

    /// <summary>What it does in the scope depends on what is outside: what it wrote is read from the origin.</summary>
    Reread,

    /// <summary>Nobody can say what it writes.</summary>
    Unknown,
}
