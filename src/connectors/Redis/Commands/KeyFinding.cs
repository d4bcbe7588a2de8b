namespace Godwit.Connectors.Redis.Commands;

/// <summary>How much is known of the keys of a command.</summary>
internal enum KeyFinding
{
    /// <summary>The server does not have such a command: nothing is known.</summary>
    UnknownCommand,

    /// <summary>What the server tells does not say which arguments are keys.</summary>
    NotProvable,

    /// <summary>The arguments are not as the command takes them.</summary>
    Malformed,

    /// <summary>It touches no keys by name.</summary>
    None,

    /// <summary>All keys that it reads or writes.</summary>
    Found,

    /// <summary>All keys that it writes; it reads others too that it does not name: SORT … BY, SORT … GET.</summary>
    ReadsOthers,

    /// <summary>Those that a script declares. It may touch others.</summary>
    Declared,
}
