using System.Collections.Immutable;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>What a key holds, of whatever type, in a form that does not depend on how a server stores it.</summary>
/// <param name="Type">As TYPE says it.</param>
/// <param name="Elements">What has an order: elements of a list, entries of a stream.</param>
/// <param name="Fields">What has none: members with scores, fields with values, what is said of a stream; a string
/// under the empty name.</param>
internal sealed record CacheValue(
    string Type, ImmutableList<string> Elements, ImmutableSortedDictionary<string, string> Fields)
{
    public static CacheValue Empty(string type) =>
        new(type, [], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    public static CacheValue Of(string text) => Empty("string").With("", text);

    /// <summary>Whether a server keeps no key for it.</summary>
    public bool IsNothing => Type != "stream" && Elements.IsEmpty && Fields.IsEmpty;

    /// <summary>The value of a string.</summary>
    public string Text => Fields[""];

    public CacheValue With(string field, string value) => this with { Fields = Fields.SetItem(field, value) };

    public CacheValue Without(params IEnumerable<string> fields) => this with { Fields = Fields.RemoveRange(fields) };

    /// <summary>Equal values have equal texts, and no others have.</summary>
    public override string ToString() =>
        $"{Type} [{string.Join(' ', Elements)}] {string.Join(' ', Fields.Select(one => $"{one.Key}={one.Value}"))}";
}
