namespace Godwit.Connectors.Redis.Commands;

/// <summary>What a command that reaches a replica is about.</summary>
internal enum CommandKind
{
    /// <summary>None that is known, or one of which nobody can say what it is about.</summary>
    Unknown,

    /// <summary>The keys that it names, and no others.</summary>
    Keyed,

    /// <summary>Whatever a script does: the keys that it declares, and perhaps others.</summary>
    Script,

    /// <summary>A whole database or server, without naming keys: FLUSHALL, SWAPDB, FUNCTION LOAD.</summary>
    Global,

    /// <summary>The link, the database that is selected, the bounds of a transaction: no data.</summary>
    Connection,

    /// <summary>Messages to subscribers: no data that is kept.</summary>
    Publish,
}
