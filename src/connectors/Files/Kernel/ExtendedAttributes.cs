using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>Extended attributes of a file or directory, in one canonical form: sorted by name.</summary>
/// <remarks>
/// Form: for each attribute the name's length (two bytes, big-endian), the name, the value's length (four bytes), the
/// value.
/// ACLs are attributes. Left out: what other users may not set unless we are root, and labels that belong to the
/// machine.
/// </remarks>
internal static unsafe class ExtendedAttributes
{
    private const int ListXattrAtNumber = 465;
    private const int NoFollowSymlink = 0x100;
    private const int Largest = 1 << 16;

    private static int _kernelLacksListAt;

    /// <summary>All that are moved; null when there are none. Symbolic links have none that a user may set.</summary>
    internal static byte[]? Read(int directory, ReadOnlySpan<byte> name, EntryKind kind, ReadOnlySpan<byte> path)
    {
        if (kind is not (EntryKind.File or EntryKind.Directory))
            return null;
        Span<byte> first = stackalloc byte[512];
        var length = List(directory, name, first);
        if (length == 0 || Errno.IsGone(length) || length == -Errno.NotSupported)
            return null;
        var file = Posix.Open(directory, name, OpenFlags.Content);
        if (Errno.IsGone(file))
            return null;
        if (file < 0)
            throw FilesProblems.From(file, "read the attributes of", path);
        try
        {
            return Read(file, path);
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    /// <summary>The same for an open file.</summary>
    internal static byte[]? Read(int file, ReadOnlySpan<byte> path)
    {
        var names = Names(file, path);
        if (names.Count == 0)
            return null;
        var form = new ArrayBufferWriter<byte>();
        var value = ArrayPool<byte>.Shared.Rent(Largest);
        foreach (var name in names)
        {
            var length = Get(file, name, value);
            if (length == -Errno.NoData)
                continue;
            if (length < 0)
                throw FilesProblems.From(length, "read the attributes of", path);
            BinaryPrimitives.WriteUInt16BigEndian(form.GetSpan(2), (ushort)name.Length);
            form.Advance(2);
            form.Write(name);
            BinaryPrimitives.WriteInt32BigEndian(form.GetSpan(4), length);
            form.Advance(4);
            form.Write(value.AsSpan(0, length));
        }
        ArrayPool<byte>.Shared.Return(value);
        return form.WrittenCount == 0 ? null : form.WrittenSpan.ToArray();
    }

    /// <summary>Makes the attributes of an open file those of the form; others of the kinds that are moved are
    /// removed.</summary>
    internal static void Write(int file, ReadOnlySpan<byte> form, ReadOnlySpan<byte> path, bool isNew)
    {
        if (form.IsEmpty && isNew)
            return;
        var stale = isNew ? [] : Names(file, path);
        while (!form.IsEmpty)
        {
            var nameLength = BinaryPrimitives.ReadUInt16BigEndian(form);
            var name = form.Slice(2, nameLength).ToArray();
            var valueLength = BinaryPrimitives.ReadInt32BigEndian(form[(2 + nameLength)..]);
            var set = Set(file, name, form.Slice(6 + nameLength, valueLength));
            if (set == -Errno.NotSupported)
                throw FilesProblems.NoAttributes(path);
            Check(set, path);
            stale.RemoveAll(one => one.AsSpan().SequenceEqual(name));
            form = form[(6 + nameLength + valueLength)..];
        }
        foreach (var name in stale)
        {
            var result = Remove(file, name);
            if (result != -Errno.NoData)
                Check(result, path);
        }
    }

    private static List<byte[]> Names(int file, ReadOnlySpan<byte> path)
    {
        var list = ArrayPool<byte>.Shared.Rent(Largest);
        int length;
        fixed (byte* buffer = list)
            length = Result((int)Libc.FListXattr(file, buffer, (nuint)list.Length));
        var names = new List<byte[]>();
        if (length != -Errno.NotSupported)
            Check(length, path);
        for (var rest = list.AsSpan(0, Math.Max(0, length)); !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)0);
            if (IsMoved(rest[..end]))
                names.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }
        ArrayPool<byte>.Shared.Return(list);
        names.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        return names;
    }

    private static bool IsMoved(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8) || name.StartsWith("system.posix_acl_"u8)
        || (Posix.User == 0 && (name.StartsWith("trusted."u8) || name.SequenceEqual("security.capability"u8)));

    /// <summary>Length of the list, without opening the file: most files have none.</summary>
    private static int List(int directory, ReadOnlySpan<byte> name, Span<byte> into)
    {
        var text = stackalloc byte[name.Length + 1];
        name.CopyTo(new Span<byte>(text, name.Length));
        text[name.Length] = 0;
        fixed (byte* buffer = into)
        {
            var result = _kernelLacksListAt == 0
                ? Result((int)Libc.ListXattrAt(
                    ListXattrAtNumber, directory, text, NoFollowSymlink, buffer, into.Length))
                : -Errno.NoSystemCall;
            if (result != -Errno.NoSystemCall)
                return result;
            _kernelLacksListAt = 1;
            // The held descriptor is the path's first part, so nothing is looked up twice.
            byte[] path = [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{directory}/"), .. name, 0];
            fixed (byte* full = path)
                return Result((int)Libc.LListXattr(full, buffer, (nuint)into.Length));
        }
    }

    private static int Get(int file, byte[] name, Span<byte> into)
    {
        fixed (byte* text = Terminated(name), buffer = into)
            return Result((int)Libc.FGetXattr(file, text, buffer, (nuint)into.Length));
    }

    private static int Set(int file, byte[] name, ReadOnlySpan<byte> value)
    {
        fixed (byte* text = Terminated(name), buffer = value)
            return Result(Libc.FSetXattr(file, text, buffer, (nuint)value.Length, 0));
    }

    private static int Remove(int file, byte[] name)
    {
        fixed (byte* text = Terminated(name))
            return Result(Libc.FRemoveXattr(file, text));
    }

    private static byte[] Terminated(byte[] name) => [.. name, 0];

    private static void Check(int result, ReadOnlySpan<byte> path)
    {
        if (result < 0)
            throw FilesProblems.From(result, "set the attributes of", path);
    }

    private static int Result(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;
}
