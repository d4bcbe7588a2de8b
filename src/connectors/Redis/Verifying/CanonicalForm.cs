using System.Buffers.Binary;
using Godwit.Core.Digests;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>Gathers what a value holds into one digest, piece by piece, so that the largest need not be held.</summary>
/// <remarks>
/// Form: strings are blocks of <see cref="Block"/> bytes and lists elements, each digest chained to the one before;
/// members of sets, hashes and sorted sets are counted, summed and combined without order. Not safe for use by two
/// threads at once.
/// </remarks>
internal sealed class CanonicalForm
{
    /// <summary>Bytes of a string that are digested together.</summary>
    internal const int Block = 1 << 20;

    private readonly RecordHasher _member = new();
    private readonly RecordHasher _whole = new();
    private readonly byte[] _chain = new byte[16];
    private RangeDigest _members;
    private ulong _last;
    private long _count;

    /// <summary>The next block of a string, or element of a list.</summary>
    internal void AddNext(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_chain, _last);
        BinaryPrimitives.WriteUInt64LittleEndian(_chain.AsSpan(8), XxHash64.Hash(bytes));
        (_last, _count) = (XxHash64.Hash(_chain), _count + 1);
    }

    /// <summary>A string that is here as a whole.</summary>
    internal void AddString(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length > Block; bytes = bytes[Block..])
            AddNext(bytes[..Block]);
        AddNext(bytes);
    }

    /// <summary>A member of a set.</summary>
    internal void AddMember(ReadOnlySpan<byte> member)
    {
        _member.AddBytes(member);
        EndMember();
    }

    /// <summary>A field of a hash.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal void AddField(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expires)
    {
        _member.AddBytes(field);
        _member.AddBytes(value);
        if (expires >= 0)
            _member.AddInteger(expires);
        EndMember();
    }

    /// <summary>A member of a sorted set. A negative zero is told as zero: servers give it back either way.</summary>
    internal void AddScored(ReadOnlySpan<byte> member, double score)
    {
        _member.AddBytes(member);
        _member.AddReal(score == 0 ? 0 : score);
        EndMember();
    }

    /// <summary>The digest of what was added since the last call.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal ulong End(Rdb.ValueKind kind, long expires)
    {
        _whole.AddInteger((int)kind);
        _whole.AddInteger(expires);
        _whole.AddInteger(_count);
        _whole.AddInteger(unchecked((long)_last));
        _whole.AddInteger(_members.Count);
        _whole.AddInteger(unchecked((long)_members.Sum));
        _whole.AddInteger(unchecked((long)_members.Xor));
        (_last, _count, _members) = (0, 0, default);
        return _whole.End();
    }

    private void EndMember() => _members = _members.Add(_member.End());
}
