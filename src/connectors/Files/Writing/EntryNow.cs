namespace Godwit.Connectors.Files.Writing;

/// <summary>What an entry has before metadata is applied, so that nothing is set twice.</summary>
internal readonly record struct EntryNow(uint Mode, uint User, uint Group, bool IsNew);
