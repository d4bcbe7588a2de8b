namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>Numbers, texts and bytes.</summary>
internal static class NumbersAndTexts
{
    public static IReadOnlyList<ZooTable> All { get; } =
    [
        new("zoo_integers", ["s smallint", "i integer", "b bigint", "o oid", "l pg_lsn", "t tid", "x xid", "y xid8"],
            [
                "-32768, -2147483648, -9223372036854775808, 0, '0/0', '(0,0)', '0', '0'",
                "32767, 2147483647, 9223372036854775807, 4294967295, 'FFFFFFFF/FFFFFFFF', '(4294967295,65535)', "
                    + "'4294967295', '18446744073709551615'",
                "0, 0, 0, 1, '16/B374D848', '(1,2)', '3', '4'",
            ]),
        new("zoo_numerics", ["n numeric", "p numeric(7, 2)", "k numeric(5, -2)", "f numeric(4, 6)", "m money"],
            [
                "0, 0, 0, 0, '0'", "1.0, 1.0, 100, 0.000001, '1.00'", "1.00, 99999.99, 9999900, -0.009999, '-0.01'",
                "'NaN', 'NaN', 'NaN', 'NaN', '92233720368547758.07'",
                "'Infinity', NULL, NULL, NULL, '-92233720368547758.08'", "'-Infinity', NULL, NULL, NULL, NULL",
                "-0.0, -0.00, -0.0, 0, NULL", "0.000000000000000000000000000001, 0.005, 149, NULL, NULL",
                "1e1000, NULL, NULL, NULL, NULL", "1e-1000, NULL, NULL, NULL, NULL",
                "(repeat('9', 131072) || '.' || repeat('9', 16383))::numeric, NULL, NULL, NULL, NULL",
                "10000, 10000, 10000, NULL, NULL", "100000000.0001, NULL, NULL, NULL, NULL",
            ]),
        new("zoo_floats", ["r real", "d double precision"],
            [
                "'NaN', 'NaN'", "'Infinity', 'Infinity'", "'-Infinity', '-Infinity'", "'-0', '-0'", "0, 0",
                "'1e-45', '5e-324'", "'3.4028235e38', '1.7976931348623157e308'", "0.1, 0.1",
                "16777217, 9007199254740993", "1e-37, 0.30000000000000004", "123456789, '2.2250738585072014e-308'",
            ]),
        new("zoo_texts",
            [
                "t text", "v varchar(7)", "c char(5)", "b bpchar", "n name", "q \"char\"", "o bool",
                "k text COLLATE \"C\"",
            ],
            [
                "'', '', '', '', '', '', true, ''", "' ', ' ', ' ', ' ', ' ', ' ', false, ' '",
                @"E'\\N', E'\\N', E'\\N', E'\\N', E'\\N', 'N', NULL, E'\\.'",
                @"E'a\tb\nc\rd\\e\bf\u000bg\fh', E'\t', E'\n', E'\r', E'\\', E'\\', true, E'\u0001\u007f'",
                "'ü€😀𐀀', '1234567', 'äöü', 'ab   ', 'ünï', 'x', false, 'Z'",
                "'null', 'NULL', 'NULL', 'NULL', 'NULL', 'N', NULL, 'ß'",
                "'\"quoted\"', '''', '\"', '{}', '(a,b)', '\"', true, ','",
                @"E'e\u0301', E'\u00e9', E'e\u0301', '', '', '', NULL, E'\ufeff'",
                @"E'\U0010ffff', 'a  ', 'a  ', 'a  ', repeat('n', 63), E'\\200', true, "
                    + "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 3000) n)",
            ]),
        new("zoo_bytes", ["b bytea", "f bit(8)", "v bit varying", "l bit varying(3)"],
            [
                @"'', B'00000000', B'', B''", @"'\x00', B'11111111', B'1', B'111'",
                @"(SELECT string_agg(set_byte('\x00', 0, n), '') FROM generate_series(0, 255) n), B'10101010', B'101', "
                    + "B'0'",
                @"'\\000abc', B'00000001', repeat('10', 5000)::varbit, NULL",
                "(SELECT decode(string_agg(md5(n::text), ''), 'hex') FROM generate_series(1, 3000) n), NULL, "
                    + "NULL, NULL",
                "decode(repeat('00ff', 50000), 'hex'), NULL, NULL, NULL",
            ]),
    ];
}
