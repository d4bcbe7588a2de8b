using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Watching;

/// <summary>A directory with a watch; its path is made of the names on the way to it.</summary>
internal sealed class WatchedDirectory(WatchedDirectory? parent, byte[] name)
{
    internal WatchedDirectory? Parent { get; } = parent;

    internal byte[] Name { get; } = name;

    internal int Watch { get; set; } = -1;

    internal bool IsRoot => Parent is null;

    internal Dictionary<byte[], WatchedDirectory> Children { get; } = new(PathBytes.Comparer);

    internal byte[] Path => Parent is null ? [] : PathOrder.Join(Parent.Path, Name);
}
