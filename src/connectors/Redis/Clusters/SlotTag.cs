using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Names by which a key of Godwit's own comes to lie in a certain slot.</summary>
internal static class SlotTag
{
    private static readonly ConcurrentDictionary<int, string> Known = new();

    /// <summary>A hash tag of a slot, braces included; always the same.</summary>
    internal static string Of(int slot) => Known.GetOrAdd(slot, Find);

    private static string Find(int slot)
    {
        for (var i = 0; ; i++)
        {
            var tag = i.ToString("x", CultureInfo.InvariantCulture);
            if (KeySlot.Of(Encoding.ASCII.GetBytes(tag)) == slot)
                return $"{{{tag}}}";
        }
    }
}
