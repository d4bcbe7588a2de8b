using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Where an entry can be opened: its name in a directory that is held open.</summary>
internal readonly ref struct EntryPlace(
    int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, EntryKind kind)
{
    internal int Directory { get; } = directory;

    internal ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>For texts only.</summary>
    internal ReadOnlySpan<byte> Path { get; } = path;

    internal EntryKind Kind { get; } = kind;
}
