namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>One table for each family of types, with the values that break copies.</summary>
internal static class TypeZoo
{
    public static IReadOnlyList<ZooTable> All { get; } =
        [.. NumbersAndTexts.All, .. TimesAndPlaces.All, .. NestedTypes.All, .. DefinedTypes.All];

    /// <summary>Values of up to 50 MB, stored in pieces; apart, because they take seconds.</summary>
    public static ZooTable Large { get; } = new(
        "zoo_large",
        ["long text", "binary_ bytea", "many text[]", "tree jsonb"],
        [
            "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1600000) n), 'a', NULL, NULL",
            "'b', (SELECT decode(string_agg(md5(n::text), ''), 'hex') FROM generate_series(1, 1300000) n), NULL, NULL",
            "repeat('compressible ', 4000000), NULL, NULL, NULL",
            "'d', NULL, (SELECT array_agg(md5(n::text)) FROM generate_series(1, 300000) n), NULL",
            "'e', NULL, NULL, (SELECT jsonb_object_agg(md5(n::text), n) FROM generate_series(1, 200000) n)",
        ]);
}
