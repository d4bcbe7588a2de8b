using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>The root directory of a store, held open; everything below is reached from it and cannot lead
/// out.</summary>
internal sealed class TreeRoot : IDisposable
{
    private readonly Descriptor _descriptor;

    private TreeRoot(Descriptor descriptor, FileIdentity identity) => (_descriptor, Identity) = (descriptor, identity);

    internal int Number => _descriptor.Number;

    internal FileIdentity Identity { get; }

    /// <summary>Opens the directory that the user named. Symbolic links on the way to it are the user's and are
    /// followed.</summary>
    /// <returns>Null and the error when it cannot be opened.</returns>
    internal static TreeRoot? Open(ReadOnlySpan<byte> path, out int error)
    {
        error = Posix.Open(
            Posix.WorkingDirectory, path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
        if (error < 0)
            return null;
        var descriptor = new Descriptor(error);
        error = Posix.Status(descriptor.Number, out var status);
        return error < 0 ? null : new TreeRoot(descriptor, status.Identity);
    }

    /// <summary>Opens a directory below the root.</summary>
    /// <returns>The descriptor, or the error negated.</returns>
    internal int OpenDirectory(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty)
            return Posix.Open(Number, "."u8, OpenFlags.HeldDirectory);
        if (!IsPlain(path))
            return -Errno.NoEntry;
        var opened = Posix.OpenBeneath(Number, path, OpenFlags.HeldDirectory);
        return opened is -Errno.NameTooLong or -Errno.NoSystemCall or -Errno.NotPermitted ? Descend(path) : opened;
    }

    /// <summary>Status of one entry; the root itself for the empty path.</summary>
    internal int Status(ReadOnlySpan<byte> path, out FileStatus status)
    {
        status = default;
        if (path.IsEmpty)
            return Posix.Status(Number, out status);
        var directory = OpenDirectory(PathOrder.Parent(path, out var name));
        if (directory < 0)
            return directory;
        var result = IsPlain(name) ? Posix.Status(directory, name, out status) : -Errno.NoEntry;
        _ = Posix.Close(directory);
        return result;
    }

    public void Dispose() => _descriptor.Dispose();

    /// <summary>Whether a path is made of real names only: a key from the other side must not climb.</summary>
    internal static bool IsPlain(ReadOnlySpan<byte> path)
    {
        if (path.IndexOf((byte)0) >= 0)
            return false;
        foreach (var range in path.Split((byte)'/'))
        {
            if (path[range] is [] or [(byte)'.'] or [(byte)'.', (byte)'.'])
                return false;
        }
        return true;
    }

    /// <summary>Name by name, for paths longer than the kernel takes at once and kernels that cannot refuse
    /// links.</summary>
    private int Descend(ReadOnlySpan<byte> path)
    {
        var current = Posix.Open(Number, "."u8, OpenFlags.HeldDirectory);
        foreach (var range in path.Split((byte)'/'))
        {
            if (current < 0)
                return current;
            var next = Posix.Open(current, path[range], OpenFlags.HeldDirectory);
            _ = Posix.Close(current);
            current = next;
        }
        return current;
    }
}
