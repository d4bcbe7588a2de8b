namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>A table for each type that people have keys of. Made after <see cref="TypeZoo"/>, whose types it
/// uses.</summary>
internal static class KeyZoo
{
    public static IReadOnlyList<KeyTable> All { get; } =
    [
        new("key_smallint", "smallint", ["-32768", "0", "1", "32767"]),
        new("key_bigint", "bigint", ["-9223372036854775808", "-1", "0", "9223372036854775807"]),
        new("key_numeric", "numeric", ["'-Infinity'", "1.0", "'NaN'", "1e-30", "-1e200", "2"], ("1", "1.000")),
        new("key_float", "float8", ["'-Infinity'", "0", "'NaN'", "1e-300", "'Infinity'", "0.1"], ("'NaN'", "'NaN'")),
        new("key_zero", "float8", ["'-0'", "1", "2", "3"], ("0", "0.0")),
        new("key_money", "money", ["'-1'", "'0'", "'0.01'", "'92233720368547758.07'"]),
        new("key_bool", "bool", ["true", "false"]),
        new("key_text", "text",
            [
                "''", "'a'", "'A'", "'ä'", "' a'", "'a '", @"E'a\nb'", "'z'", "'😀'", "'NULL'", "repeat('k', 2000)",
                @"E'\\'",
            ]),
        new("key_text_c", "text COLLATE \"C\"", ["''", "'a'", "'A'", "'ä'", "'Z'", "'z'"]),
        new("key_char", "char(4)", ["''", "'a'", "'ab'", "'ä'"], ("'ab'", "'ab  '")),
        new("key_name", "name", ["'a'", "'b'", "''", "'ü'"]),
        new("key_citext", "citext", ["'Abc'", "'def'", "''", "'ÜX'"], ("'abc'", "'ABC'")),
        new("key_bytea", "bytea", [@"'\x'", @"'\x00'", @"'\xff'", @"'\x00ff'"]),
        new("key_uuid", "uuid",
            [
                "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                "'7fffffff-0000-0000-0000-000000000000'", "'80000000-0000-0000-0000-000000000000'",
            ]),
        new("key_date", "date", ["'infinity'", "'4714-11-24 BC'", "'2024-02-29'", "'-infinity'"]),
        new("key_timestamptz", "timestamptz",
            ["'-infinity'", "'2024-01-01 00:00:00.000001 UTC'", "'0044-03-15 BC'", "'infinity'"]),
        new("key_time", "time", ["'00:00'", "'24:00'", "'23:59:59.999999'", "'12:00'"]),
        new("key_timetz", "timetz", ["'00:00+01'", "'23:00-01'", "'12:00+00'", "'13:00+01'"]),
        new("key_interval", "interval", ["'0'", "'30 days'", "'-1 year'", "'1 microsecond'"], ("'1 mon'", "'1 mon'")),
        new("key_enum", "mood", ["'sad'", "'happy'", "''", "'it''s'"]),
        new("key_domain", "positive", ["1", "2", "3", "2147483647"]),
        new("key_inet", "inet", ["'10.0.0.0/8'", "'10.0.0.0'", "'::1'", "'10.0.0.0/16'"]),
        new("key_macaddr", "macaddr",
            ["'00:00:00:00:00:00'", "'08:00:2b:01:02:03'", "'ff:ff:ff:ff:ff:ff'", "'01:00:00:00:00:00'"]),
        new("key_bits", "bit varying", ["B''", "B'0'", "B'00'", "B'1'"]),
        new("key_array", "int[]", ["'{}'", "'{1,NULL}'", "'{{1,2},{3,4}}'", "'[0:1]={1,2}'"]),
        new("key_range", "int4range", ["'empty'", "'(,)'", "'[1,5)'", "'[1,6)'"]),
        new("key_composite", "place",
            ["ROW('a', 1, '{}')", "ROW('a', 2, NULL)", "ROW(NULL, 1, '{}')", "ROW('', 1, '{}')"],
            ("ROW('a', 2, NULL)", "ROW('a', 2.00, NULL)")),
        new("key_jsonb", "jsonb", ["'{}'", "'null'", "'1.0'", """'{"a": [1]}'"""], ("'1'", "'1.000'")),
        new("key_lsn", "pg_lsn", ["'0/0'", "'0/1'", "'1/0'", "'FFFFFFFF/FFFFFFFF'"]),
        new("key_oid", "oid", ["0", "1", "2147483648", "4294967295"]),
        new("key_char1", "\"char\"", ["'a'", "'b'", "''", @"E'\\200'"]),
        new("key_vector", "tsvector", ["''", "'a:1 b'", "'a'", "'b:3A'"]),
    ];
}
