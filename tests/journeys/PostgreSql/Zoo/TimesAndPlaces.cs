namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>Times, addresses, geometry and names of things in the catalog.</summary>
internal static class TimesAndPlaces
{
    public static IReadOnlyList<ZooTable> All { get; } =
    [
        new("zoo_dates", ["d date", "s timestamp", "a timestamptz", "p timestamp(0)"],
            [
                "'infinity', 'infinity', 'infinity', '2024-01-01 00:00:00.5'",
                "'-infinity', '-infinity', '-infinity', NULL",
                "'4714-11-24 BC', '4714-11-24 00:00:00 BC', '4714-11-24 00:00:00 BC UTC', NULL",
                "'5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999 UTC', NULL",
                "'0001-01-01', '0001-12-31 23:59:59.999999 BC', '1883-11-18 12:03:57 America/New_York', NULL",
                "'2000-01-01', '2000-01-01', '2024-03-31 02:30 Europe/Berlin', NULL",
                "'2024-02-29', '1970-01-01', '1969-12-31 23:59:59.999999 UTC', NULL",
            ]),
        new("zoo_times", ["t time", "z timetz", "i interval", "p time(2)", "d interval day to second(3)"],
            [
                "'24:00', '24:00-15:59:59', '0', '24:00', '1 day'",
                "'00:00', '00:00+15:59:59', '30 days', '00:00', NULL",
                "'23:59:59.999999', '23:59:60+00', '1 mon', NULL, '-00:00:00.001'",
                "'00:00:00.000001', '12:00+05:45', '720 hours', NULL, NULL",
                "'12:34:56', '00:00-00:30', '-178000000 years', NULL, NULL",
                "NULL, NULL, '178000000 years', NULL, NULL",
                "NULL, NULL, '1 year -2 mons +3 days -04:05:06.789012', NULL, NULL",
                "NULL, NULL, '-00:00:00.000001', NULL, NULL",
                "NULL, NULL, '-2147483647 months -2147483648 days', NULL, NULL",
            ]),
        new("zoo_networks", ["u uuid", "i inet", "c cidr", "m macaddr", "e macaddr8"],
            [
                "'00000000-0000-0000-0000-000000000000', '0.0.0.0', '0.0.0.0/0', '00:00:00:00:00:00', "
                    + "'00:00:00:00:00:00:00:00'",
                "'ffffffff-ffff-ffff-ffff-ffffffffffff', '10.1.2.3/8', '10.0.0.0/8', 'ff:ff:ff:ff:ff:ff', "
                    + "'ff:ff:ff:ff:ff:ff:ff:ff'",
                "'12345678-9abc-4def-8123-456789abcdef', '::ffff:1.2.3.4', '::/0', NULL, NULL",
                "NULL, 'fe80::1/10', '2001:db8::/32', NULL, NULL", "NULL, '192.168.1.1/32', '::1/128', NULL, NULL",
            ]),
        new("zoo_geometry", ["p point", "l line", "s lseg", "b box", "a path", "g polygon", "c circle"],
            [
                "'(0,0)', '{1,0,0}', '[(0,0),(1,1)]', '(0,0),(0,0)', '[(0,0)]', '((0,0))', '<(0,0),0>'",
                "'(NaN,Infinity)', '{0.1,-0.2,3e100}', '[(-0,1e-300),(1,1)]', '(1,1),(-1,-1)', '((0,0),(1,1))', "
                    + "'((0,0),(1,0),(1,1))', '<(1.5,-2.5),1e10>'",
                "'(-0,-Infinity)', NULL, NULL, '(0.1,0.2),(0.3,0.30000000000000004)', '[(0,0),(1,1),(2,0)]', NULL, "
                    + "'<(0,0),Infinity>'",
            ]),
        new("zoo_names", ["c regclass", "t regtype", "p regprocedure", "n regnamespace", "r regrole", "y regconfig"],
            ["'pg_class', 'integer', 'lower(text)', 'pg_catalog', 'pg_monitor', 'simple'", "0, 0, 0, 0, 0, 'simple'"]),
    ];
}
