namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>Types that users and extensions define: their numbers differ from database to database.</summary>
internal static class DefinedTypes
{
    public static IReadOnlyList<ZooTable> All { get; } =
    [
        new("zoo_enums", ["e mood", "a mood[]", "d polite", "l polite[]"],
            [
                "'', '{}', NULL, '{}'",
                """'sad', '{sad,NULL,"it''s"}', 'happy', '{happy,"äußerst, \"so\""}'""",
                """'äußerst, "so"', '{{happy},{sad}}', 'it''s', '{NULL}'""",
            ])
        {
            Before =
                """
                CREATE TYPE mood AS ENUM ('happy', 'it''s', '');
                ALTER TYPE mood ADD VALUE 'sad' BEFORE 'happy';
                ALTER TYPE mood ADD VALUE 'äußerst, "so"' AFTER 'sad';
                CREATE DOMAIN polite AS mood CHECK (VALUE <> 'sad')
                """,
        },
        new("zoo_composites", ["p place", "a place[]", "d home", "t trip", "n nest"],
            [
                """
                ROW('x', 1.50, '{1,2}'), '{}', ROW('y', 0, NULL), ROW(ROW('a', 1, NULL), NULL, 'happy'),
                  ROW(ARRAY[ROW('in "here"', 1, '{}')::place], 1)
                """,
                """
                ROW(NULL, NULL, NULL), ARRAY[ROW('q",('')', 'NaN', '{}')::place, NULL], NULL,
                  ROW(NULL, ROW(NULL, NULL, NULL), NULL), NULL
                """,
                """ROW('', 0.0, '{NULL}'), '{"(,,)"}', ROW('ü', 1.000, '{}'), NULL, '(,)'""",
            ])
        {
            Before =
                """
                CREATE TYPE weather AS ENUM ('happy', 'rainy');
                CREATE TYPE place AS (name text, height numeric, spots int[]);
                CREATE DOMAIN home AS place;
                CREATE TYPE trip AS (from_ place, to_ place, with_ weather);
                CREATE TYPE nest AS (many place[], n bigint)
                """,
        },
        new("zoo_domains",
            ["p positive", "c code_", "l list_", "r span", "k kept", "f floatrange", "m floatmultirange"],
            [
                "1, 'AB', '{1,2}', '[1,5)', 0, '[0,1)', '{[0,1),(2,3]}'",
                "2147483647, 'ZZ', '{}', 'empty', 7, '(,)', '{}'",
                "NULL, NULL, NULL, NULL, 1, '[-0,NaN]', '{(,-1e308]}'",
            ])
        {
            Before =
                """
                CREATE DOMAIN positive AS int CHECK (VALUE > 0);
                CREATE DOMAIN code_ AS char(2) CHECK (VALUE ~ '^[A-Z]+$');
                CREATE DOMAIN list_ AS int[] CHECK (array_ndims(VALUE) IS NULL OR array_ndims(VALUE) = 1);
                CREATE DOMAIN span AS int4range;
                CREATE DOMAIN kept AS bigint DEFAULT 42;
                CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi)
                """,
        },
        new("zoo_extensions", ["h hstore", "a hstore[]", "c citext", "s citext[]", "l ltree", "q lquery", "u cube"],
            [
                "'', '{}', '', '{}', '', '*', '(0)'",
                """
                '"a"=>NULL,"b"=>"NULL","c, \"d\""=>"=>"', ARRAY['a=>1', '']::hstore[], 'MiXeD', '{A,a,NULL}',
                  'Top.Sub_1', 'Top.*{1,3}.x@', '(1,2),(3,4)'
                """,
                "'ü=>😀', NULL, 'ÄÖÜ ß', NULL, 'a', NULL, '(-0,1e-300),(NaN,Infinity)'",
            ])
        {
            Before = "CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION cube",
        },
    ];
}
