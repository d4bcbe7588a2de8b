namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>What a record of our own scope may be that holds a unique value which a new record claims.</summary>
internal enum InTheWay
{
    /// <summary>Out of date: while records come at different times, the source may have passed the value on. It goes;
    /// its key was touched since, so it comes again.</summary>
    OutOfDate,

    /// <summary>Nobody's that we know: all that was out of date is gone already.</summary>
    Unexpected,
}
