namespace Godwit.Connectors.Redis.Following;

/// <summary>Commands that are carried out together, all of them or none.</summary>
/// <param name="Start">Where they begin in the bytes of the operations.</param>
/// <param name="Length">How many bytes they are.</param>
/// <param name="Count">How many commands they are.</param>
/// <param name="Reached">The position that they reach.</param>
/// <param name="Empties">Whether all keys in scope are removed before them; of which database is said by
/// <paramref name="Database"/>.</param>
/// <param name="Database">The database that is emptied; null for all that are in scope.</param>
/// <param name="IsState">Whether it says only what keys hold at the position, for a destination that stands there
/// already: it may be carried out again.</param>
internal readonly record struct OperationGroup(
    int Start, int Length, int Count, long Reached, bool Empties = false, int? Database = null, bool IsState = false);
