using System.Buffers;

namespace Godwit.Connectors.Files.Walking;

/// <summary>The names that Godwit itself gives: never part of a walk, a digest or a change.</summary>
/// <remarks>
/// The state directory <c>_godwit_MARK</c> at the root, and temporary files <c>.godwit-MARK-ID</c> anywhere; MARK is
/// eight
/// and ID sixteen lower-case hexadecimal digits. Those of other migrations are left out too: they are no user's.
/// </remarks>
internal static class OwnNames
{
    internal const int TemporaryLength = 33;
    private const int StateLength = 16;
    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    private static ReadOnlySpan<byte> StateStart => "_godwit_"u8;

    private static ReadOnlySpan<byte> TemporaryStart => ".godwit-"u8;

    internal static bool IsOwn(ReadOnlySpan<byte> name, bool atRoot) => IsTemporary(name) || (atRoot && IsState(name));

    internal static bool IsTemporary(ReadOnlySpan<byte> name) =>
        name.Length == TemporaryLength && name.StartsWith(TemporaryStart) && IsHex(name[8..16])
        && name[16] == (byte)'-' && IsHex(name[17..]);

    internal static bool IsState(ReadOnlySpan<byte> name) =>
        name.Length == StateLength && name.StartsWith(StateStart) && IsHex(name[8..]);

    internal static byte[] State(string mark) => System.Text.Encoding.ASCII.GetBytes("_godwit_" + mark);

    internal static byte[] Temporary(string mark, ulong id) =>
        System.Text.Encoding.ASCII.GetBytes($".godwit-{mark}-{id:x16}");

    private static bool IsHex(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Hex) < 0;
}
