using Godwit.Connectors.PostgreSql;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Tests.Connectors.PostgreSql;

public sealed class ReadingWhatIsGivenAsText
{
    private const string Secret = "s3cr3t";

    [Fact]
    public void An_address_has_its_parts()
    {
        var settings = PostgreSqlAddress.Parse(
            "postgres://app%40corp:p%2Fss%3Aw%40rd@db.example:6543/shop%20one?sslmode=verify-full&sslrootcert=/ca.pem",
            "shown");
        Assert.Equal(("db.example", 6543, "shop one"), (settings.Host, settings.Port, settings.Database));
        Assert.Equal(("app@corp", "p/ss:w@rd"), (settings.Username, settings.Password));
        Assert.Equal((SslMode.VerifyFull, "/ca.pem"), (settings.SslMode, settings.RootCertificate));
    }

    [Fact]
    public void What_is_not_said_is_usual() =>
        Assert.Equal(5432, PostgreSqlAddress.Parse("postgres://app@db/shop", "shown").Port);

    [Theory]
    [InlineData($"postgres://app:{Secret}@db")]
    [InlineData($"postgres://:{Secret}@db/shop")]
    [InlineData($"postgres://app:{Secret}@db/shop?sslmode=maybe")]
    [InlineData($"postgres://app:{Secret}@db/shop?pasword={Secret}")]
    [InlineData($"postgres://app:{Secret}@db:port/shop")]
    [InlineData($"mysql://app:{Secret}@db/shop")]
    public void A_wrong_address_is_a_problem_that_does_not_tell_the_password(string address)
    {
        var failure = Assert.Throws<GodwitException>(() => PostgreSqlAddress.Parse(address, "postgres://db/shop"));
        Assert.Equal("GW-PGS-001", failure.Problem.Code);
        Assert.DoesNotContain(Secret, failure.ToString());
    }

    [Fact]
    public void A_dump_is_taken_apart_at_the_heads_of_its_definitions()
    {
        var items = DumpItem.Split(
            """
            --
            -- PostgreSQL database dump
            --

            \restrict abc
            SET default_tablespace = '';

            --
            -- Name: orders; a -- Name: b orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
            --

            ALTER TABLE ONLY public.orders
                ADD CONSTRAINT orders_pkey PRIMARY KEY (id);


            --
            -- Name: by_label; Type: INDEX; Schema: public; Owner: -
            --

            CREATE INDEX by_label ON public.orders USING btree (label);

            --
            -- PostgreSQL database dump complete
            --

            \unrestrict abc
            """);
        Assert.Equal(["CONSTRAINT", "INDEX"], items.Select(one => one.Type));
        Assert.Contains("ADD CONSTRAINT orders_pkey PRIMARY KEY (id);", items[0].Sql);
        Assert.All(items, one => Assert.DoesNotContain("restrict", one.Sql));
        Assert.All(items, one => Assert.Equal(one, DumpItem.Read(one.Write())));
    }
}
