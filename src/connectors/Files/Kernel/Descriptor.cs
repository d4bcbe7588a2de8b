using Microsoft.Win32.SafeHandles;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>An open file or directory that several may hold; closed when the last one lets go.</summary>
internal sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    internal Descriptor(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>For calls of <see cref="Posix"/>; valid while the descriptor is held.</summary>
    internal int Number => (int)handle;

    protected override bool ReleaseHandle() => Posix.Close((int)handle) >= 0;
}
