using System.Globalization;
using System.Text;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>What a customer wants: a file, a key of the cache, a row with lines, and in the end a message that names
/// all of them.</summary>
/// <param name="Queue">Where its message goes, as <c>t42.orders</c>.</param>
/// <param name="Number">Counts the messages of a queue.</param>
/// <param name="Epoch">Of the route when it was taken.</param>
/// <param name="Attempt">Counts the places at which it was tried: what a refused attempt has left behind is named by
/// nobody.</param>
internal sealed record Order(int Tenant, string Queue, int Number, long Epoch, int Attempt)
{
    public const int Lines = 2;

    public string Id => Invariant($"{Queue}-{Number}-{Attempt}");

    public string Key => Invariant($"t:{Tenant}:order:{Id}");

    /// <summary>Within the tenant's folder.</summary>
    public string File => Invariant($"{Number % 10}/{Id}.txt");

    /// <summary>What row, key and file say, each in its own way.</summary>
    public string Text => Invariant($"{Id} {new string((char)('a' + (Number % 26)), Number % 300)}");

    public byte[] Message => Encoding.UTF8.GetBytes(Invariant($"{Tenant} {Number} {Epoch} {Attempt}"));

    public static Order Read(string queue, ReadOnlySpan<byte> message)
    {
        var words = Encoding.UTF8.GetString(message).Split(' ');
        var (tenant, number, epoch, attempt) = (Whole(words[0]), Whole(words[1]), Whole(words[2]), Whole(words[3]));
        return new Order(tenant, queue, number, epoch, attempt);
    }

    private static int Whole(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
