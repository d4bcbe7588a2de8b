using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Writing;

/// <summary>A directory for writing into, held until disposed.</summary>
internal readonly struct HeldDirectory(Descriptor descriptor, DirectoryNote note) : IDisposable
{
    internal int Number => descriptor.Number;

    internal DirectoryNote Note { get; } = note;

    public void Dispose() => descriptor.DangerousRelease();
}
