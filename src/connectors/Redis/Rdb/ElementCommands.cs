using System.Text;
using Argument = System.ReadOnlyMemory<byte>;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The commands that make a key out of its elements, for servers that do not take its encoding.</summary>
/// <remarks>
/// They expect that the key does not exist, and say nothing of when it expires. They are made one after the other as
/// they are asked for, each of at most 512 elements and about 1 MB, unless a single element is longer. What they are
/// made of is shared with the elements.
/// </remarks>
internal static class ElementCommands
{
    internal const int MostElements = 512;
    internal const int MostBytes = 1 << 20;

    private static readonly byte[] SetWord = "SET"u8.ToArray();
    private static readonly byte[] AppendWord = "APPEND"u8.ToArray();
    private static readonly byte[] PushWord = "RPUSH"u8.ToArray();
    private static readonly byte[] AddWord = "SADD"u8.ToArray();
    private static readonly byte[] HashWord = "HSET"u8.ToArray();
    private static readonly byte[] ScoreWord = "ZADD"u8.ToArray();
    private static readonly byte[] ExpireWord = "HPEXPIREAT"u8.ToArray();
    private static readonly byte[] FieldsWord = "FIELDS"u8.ToArray();

    /// <param name="version">The version of the RDB format that the target writes: tells its commands.</param>
    internal static IEnumerable<IReadOnlyList<Argument>> Make(Argument key, ValueElements elements, int version) =>
        elements.Kind switch
        {
            ValueKind.String => MakeString(key, elements.Strings.At(0)),
            ValueKind.List => Slices([PushWord, key], elements.Strings, 1),
            ValueKind.Set => Slices([AddWord, key], elements.Strings, 1),
            ValueKind.Hash => Slices([HashWord, key], elements.Strings, 2).Concat(Expiries(key, elements)),
            ValueKind.SortedSet => Scored(key, elements),
            _ => StreamCommands.Make(key, elements.Stream!, version),
        };

    private static IEnumerable<IReadOnlyList<Argument>> MakeString(Argument key, Argument value)
    {
        yield return [SetWord, key, value[..Math.Min(MostBytes, value.Length)]];
        for (var at = MostBytes; at < value.Length; at += MostBytes)
            yield return [AppendWord, key, value[at..Math.Min(at + MostBytes, value.Length)]];
    }

    private static IEnumerable<IReadOnlyList<Argument>> Slices(Argument[] start, ByteStrings strings, int perElement)
    {
        var slice = new CommandSlice(start);
        for (var at = 0; at < strings.Count; at += perElement)
        {
            for (var part = 0; part < perElement; part++)
                slice.Add(strings.At(at + part));
            if (slice.EndElement())
                yield return slice.Take();
        }
        if (!slice.IsEmpty)
            yield return slice.Take();
    }

    private static IEnumerable<IReadOnlyList<Argument>> Scored(Argument key, ValueElements elements)
    {
        var slice = new CommandSlice([ScoreWord, key]);
        for (var at = 0; at < elements.Strings.Count; at++)
        {
            slice.Add(ScoreText.Write(elements.Scores[at]));
            slice.Add(elements.Strings.At(at));
            if (slice.EndElement())
                yield return slice.Take();
        }
        if (!slice.IsEmpty)
            yield return slice.Take();
    }

    private static IEnumerable<IReadOnlyList<Argument>> Expiries(Argument key, ValueElements elements)
    {
        for (var at = 0; at < elements.FieldExpiries.Count; at++)
        {
            var expiry = elements.FieldExpiries[at];
            if (expiry != ValueElements.Never)
            {
                yield return
                    [ExpireWord, key, Number(expiry), FieldsWord, Number(1), elements.Strings.At(2 * at)];
            }
        }
    }

    private static byte[] Number(long number) => Encoding.ASCII.GetBytes(number.ToString());
}
