namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>What the log told of a key that was touched.</summary>
internal enum Known : byte
{
    /// <summary>Only that it was touched: its record has to be read.</summary>
    Nothing,

    /// <summary>No record in scope has it any more.</summary>
    Gone,

    /// <summary>Its record, whole or but for what has not changed.</summary>
    Record,
}
