namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>Documents, searches, ranges and arrays.</summary>
internal static class NestedTypes
{
    public static IReadOnlyList<ZooTable> All { get; } =
    [
        new("zoo_documents", ["j json", "b jsonb", "p jsonpath", "x xml"],
            [
                "'{}', '{}', '$', ''", "'[]', '[]', '$.a[*] ? (@ > 1)', '<a/>'",
                "'null', 'null', 'strict $', 'plain text'",
                """
                '{"a":1,"a":2 ,  "b": 1.00}', '{"a":1,"a":2 ,  "b": 1.00}', '$."quo\"ted"',
                  '<a b="c">ü</a><!-- two -->'
                """,
                """
                '"\u0041\ud83d\ude00"', '"\u0041\ud83d\ude00"', NULL, '<?xml version="1.0"?><r><![CDATA[<>]]></r>'
                """,
                "'1e400', '1e400', NULL, NULL", "'-0.0', '-0.0', NULL, NULL",
                """'"\u0000"', '[[[[[]]]], {"": null}]', NULL, NULL""",
                """' true ', '12345678901234567890.10', NULL, NULL""",
            ]),
        new("zoo_searches", ["v tsvector", "q tsquery"],
            [
                "'', ''", "'a:1A,2B,3C,4D b', 'a & b | !c'",
                "'''it''''s'' ''two words'':16383', '''two words'' <-> a:*AB'",
                "to_tsvector('english', 'The quick brown foxes jumped'), to_tsquery('simple', 'ü & (x <3> y)')",
                "array_to_tsvector(ARRAY['z', 'ß', 'a']), NULL",
            ]),
        new("zoo_ranges",
            ["i int4range", "b int8range", "n numrange", "t tsrange", "z tstzrange", "d daterange"],
            [
                "'empty', 'empty', 'empty', 'empty', 'empty', 'empty'", "'(,)', '(,)', '(,)', '(,)', '(,)', '(,)'",
                "'[1,10]', '[-9223372036854775808,5)', '(1.0,1.00000]', '[-infinity,infinity]', "
                    + "'[2024-01-01,infinity)', '[2024-02-29,2024-02-29]'",
                "'[,5)', NULL, '[NaN,NaN]', '(0044-03-15 BC,)', NULL, '(,infinity)'",
                "'[2147483646,2147483647)', NULL, '[1.0,1.00]', NULL, NULL, NULL",
            ]),
        new("zoo_multiranges",
            ["i int4multirange", "n nummultirange", "z tstzmultirange", "d datemultirange", "a int4multirange[]"],
            [
                "'{}', '{}', '{}', '{}', '{}'", "'{(,)}', '{(,)}', '{(,)}', '{(,)}', '{NULL}'",
                "'{[1,2),[5,9]}', '{(1.10,2.0]}', '{[2024-01-01,2024-01-02),(2024-02-01,)}', '{(,infinity)}', "
                    + """ '{"{[1,2),[3,4)}","{}"}'""",
                "'{(,0),[7,)}', '{[NaN,NaN]}', NULL, NULL, NULL",
            ]),
        new("zoo_arrays",
            ["i int[]", "t text[]", "n numeric[]", "j jsonb[]", "b bytea[]", "z timestamptz[]", "r int4range[]"],
            [
                "'{}', '{}', '{}', '{}', '{}', '{}', '{}'",
                "'{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}'",
                """
                '{{1,2},{3,4}}', '{"","a,b","{x}","\\","\"","NULL"}', '{NaN,1.0,1.00,Infinity}',
                  ARRAY['{"a": [1]}', 'null']::jsonb[], ARRAY['\x00', '']::bytea[],
                  '{infinity,"0044-03-15 00:00:00 BC UTC"}', '{empty,"[1,2)"}'
                """,
                "'[2:4]={7,8,9}', '[-1:0][5:5]={{a},{b}}', '{}', NULL, NULL, NULL, NULL",
                "'{{{{{{1}}}}}}', (SELECT array_agg(repeat('x', n)) FROM generate_series(1, 300) n), NULL, NULL, NULL, "
                    + "NULL, NULL",
            ]),
    ];
}
