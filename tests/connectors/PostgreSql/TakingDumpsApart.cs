using Godwit.Connectors.PostgreSql.Schema;

namespace Godwit.Tests.Connectors.PostgreSql;

public sealed class TakingDumpsApart
{
    [Fact]
    public void A_definition_begins_and_ends_with_its_statement()
    {
        var items = DumpItem.Split(
            """
            --
            -- PostgreSQL database dump
            --

            SET lock_timeout = 0;

            --
            -- Name: a a_pkey; Type: CONSTRAINT; Schema: public; Owner: -
            --

            ALTER TABLE ONLY public.a
                ADD CONSTRAINT a_pkey PRIMARY KEY (id);


            --
            -- Name: COLUMN a.b; Type: COMMENT; Schema: public; Owner: -
            --

            COMMENT ON COLUMN public.a.b IS '--
            --
            -- three lines';


            --
            -- Name: b b_a_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
            --

            ALTER TABLE ONLY public.b
                ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES public.a(id);


            --
            -- PostgreSQL database dump complete
            --

            \unrestrict x

            """);

        Assert.Equal(
            [
                ("CONSTRAINT", "ALTER TABLE ONLY public.a\n    ADD CONSTRAINT a_pkey PRIMARY KEY (id);"),
                ("COMMENT", "COMMENT ON COLUMN public.a.b IS '--\n--\n-- three lines';"),
                ("FK CONSTRAINT",
                    "ALTER TABLE ONLY public.b\n    ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES public.a(id);"),
            ],
            items.Select(item => (item.Type, item.Sql)));
    }
}
