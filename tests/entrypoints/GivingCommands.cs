namespace Godwit.Tests.Entrypoints;

/// <summary>The command line as scripts use it: real databases, real journal, exit codes.</summary>
public sealed class GivingCommands : IDisposable
{
    private readonly Terminal _shop = Shop.Open();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void A_tenant_goes_over_and_back_and_over_without_any_runner()
    {
        Expect(0, "check", "acme.yaml");
        Expect(0, "plan", "acme.yaml");
        Expect(0, "run", "acme.yaml", "--until", "following");
        Assert.Equal("250", _shop.Ask("b.db", "SELECT count(*) FROM orders"));
        Expect(0, "verify", Shop.Name);
        Expect(0, "cutover", Shop.Name);
        _shop.Sql("b.db", "UPDATE orders SET note = 'written at the target' WHERE id = 1");
        Expect(0, "rollback", Shop.Name);
        Assert.Equal("written at the target", _shop.Ask("a.db", "SELECT note FROM orders WHERE id = 1"));
        Expect(0, "cutover", Shop.Name);
        Expect(0, "finish", "acme.yaml");
        Expect(0, "receipt", Shop.Name, "-o", "receipt.json");
        Expect(0, "receipt", "verify", "receipt.json", "--key", "state/godwit/signing-key.public.pem");
        Assert.Equal("finished", (string?)Expect(0, "status", Shop.Name, "--json").Json["phase"]);
        Assert.Equal("0", _shop.Ask("b.db", "SELECT count(*) FROM orders WHERE tenant_id = 7"));
    }

    [Fact]
    public void Differences_end_with_3_and_name_row_and_column()
    {
        Expect(0, "run", "acme.yaml", "--until", "following");
        _shop.Sql("b.db", "UPDATE orders SET note = 'bad' WHERE id = 5; DELETE FROM lines WHERE id = 7");

        var said = Expect(3, "verify", Shop.Name, "--json");

        Assert.NotNull(said.Json["error"]);
        var differences = said.Json["differences"]!.AsArray().OrderBy(one => (string)one!["stream"]!).ToArray();
        Assert.Equal(["missing", "different"], differences.Select(one => (string)one!["kind"]!));
        Assert.Equal("note", (string?)differences[1]!["columns"]![0]!["column"]);
    }

    [Fact]
    public async Task A_runner_answers_other_terminals_until_it_is_told_to_end()
    {
        var run = _shop.RunAside(CancellationToken.None, "run", "acme.yaml");
        await _shop.Until("the runner follows", Shop.Name, one => (string?)one["phase"] == "following");
        await _shop.Until("everything is proved equal", Shop.Name, one => (string?)one["verdict"] == "equal");

        Assert.Contains("GW-JRN-006", Expect(1, "run", "acme.yaml").Error, StringComparison.Ordinal);
        Expect(0, "pause", Shop.Name);
        Assert.True((bool?)Expect(0, "status", Shop.Name, "--json").Json["paused"]);
        Expect(0, "resume", Shop.Name);
        Expect(0, "cutover", Shop.Name);
        Expect(0, "rollback", Shop.Name);
        Expect(0, "abort", Shop.Name);

        Assert.Equal(0, (await run).Code);
        Assert.Equal("0", _shop.Ask("b.db", "SELECT count(*) FROM orders"));
        Assert.Contains("GW-CLI-031", Expect(1, "cutover", Shop.Name).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_run_ends_with_130_and_goes_on_later()
    {
        using var interruption = new CancellationTokenSource();
        var run = _shop.RunAside(interruption.Token, "run", "acme.yaml");
        await _shop.Until("the runner follows", Shop.Name, one => (string?)one["phase"] == "following");

        await interruption.CancelAsync();

        Assert.Equal(130, (await run).Code);
        Assert.Null((string?)Expect(0, "status", Shop.Name, "--json").Json["runner"]);
        _shop.Sql("a.db", "INSERT INTO orders VALUES (9001, 42, 'meanwhile')");
        Expect(0, "run", "acme.yaml", "--until", "following");
        Assert.Equal("meanwhile", _shop.Ask("b.db", "SELECT note FROM orders WHERE id = 9001"));
    }

    [Fact]
    public void A_run_may_cut_over_by_itself()
    {
        var said = Expect(0, "run", "acme.yaml", "--until", "cutover", "--cutover", "auto", "--json");

        Assert.Equal("guarding", (string?)said.Json["phase"]);
        Assert.NotNull(said.Json["cutover_pause_ms"]);
    }

    [Theory]
    [InlineData("full", "finished")]
    [InlineData("incremental", "following")]
    public void A_run_of_another_mode_ends_by_itself(string mode, string phase)
    {
        File.AppendAllText(_shop["acme.yaml"], $"mode: {mode}\n");

        var said = Expect(0, "run", "acme.yaml", "--json");

        Assert.Equal(phase, (string?)said.Json["phase"]);
        Assert.Equal("250", _shop.Ask("b.db", "SELECT count(*) FROM orders"));
    }

    [Fact]
    public void Pause_and_resume_without_a_runner_wait_for_the_next_one()
    {
        Expect(0, "run", "acme.yaml", "--until", "following");

        Assert.Contains("Noted", Expect(0, "pause", Shop.Name).Output, StringComparison.Ordinal);
        Assert.Contains("Noted", Expect(0, "resume", Shop.Name).Output, StringComparison.Ordinal);
        Expect(0, "run", "acme.yaml", "--until", "following");
    }

    [Fact]
    public void A_check_that_finds_something_ends_with_1_and_tells_all_of_it()
    {
        _shop.Sql("a.db", "CREATE TABLE nobodys (id INTEGER PRIMARY KEY); INSERT INTO plans VALUES (2, 'silver')");

        var said = Expect(1, "check", "acme.yaml", "--json");

        Assert.False((bool?)said.Json["may_run"]);
        Assert.Equal("GW-ENG-002", (string?)said.Json["error"]!["code"]);
        Expect(1, "run", "acme.yaml");
        Assert.Equal("0", _shop.Ask("b.db", "SELECT count(*) FROM orders"));
    }

    [Fact]
    public void A_name_that_is_not_there_ends_with_2_and_a_suggestion()
    {
        Expect(0, "run", "acme.yaml", "--until", "copied");

        var said = Expect(2, "cutover", "acme-to-c");

        Assert.Contains("Did you mean 'acme-to-b'?", said.Error, StringComparison.Ordinal);
        Expect(2, "status", "../acme-to-b");
    }

    [Fact]
    public void A_file_that_is_not_there_or_wrong_ends_with_2()
    {
        _shop.Write("bad.yaml", "migration: a\nmode: quick\n");

        Assert.Equal("GW-CLI-001", (string?)Expect(2, "run", "none.yaml", "--json").Json["error"]!["code"]);
        Assert.Equal(2, Expect(2, "run", "bad.yaml", "--json").Json["problems"]!.AsArray().Count);
    }

    [Fact]
    public void A_file_that_was_edited_since_is_refused()
    {
        Expect(0, "run", "acme.yaml", "--until", "copied");
        File.AppendAllText(_shop["acme.yaml"], "# edited\n");

        Assert.Contains("GW-ENG-010", Expect(1, "run", "acme.yaml").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_is_read_back_and_never_written_over_a_file()
    {
        Expect(0, "init", "sqlite:a.db", "sqlite:b.db", "-o", "draft.yaml");

        Expect(0, "check", "draft.yaml");
        Assert.Contains("GW-CLI-024", Expect(1, "init", "sqlite:a.db", "sqlite:b.db", "-o", "draft.yaml").Error,
            StringComparison.Ordinal);
        Golden.Matches("entrypoints/golden/draft.yaml", File.ReadAllText(_shop["draft.yaml"]));
    }

    [Fact]
    public void A_draft_into_an_empty_target_moves_everything_as_it_is_and_proposes_a_tenant()
    {
        Expect(0, "init", "sqlite:a.db", "sqlite:new.db", "-o", "draft.yaml");

        Expect(0, "run", "draft.yaml", "--until", "following");
        const string Count = "SELECT count(*) FROM lines";
        Assert.Equal(_shop.Ask("a.db", Count), _shop.Ask("new.db", Count));
        Golden.Matches("entrypoints/golden/draft-everything.yaml", File.ReadAllText(_shop["draft.yaml"]));
    }

    [Fact]
    public void A_receipt_that_was_changed_or_signed_by_others_is_refused()
    {
        Expect(0, "run", "acme.yaml", "--until", "following");
        Expect(0, "receipt", Shop.Name, "-o", "receipt.json");
        Expect(1, "receipt", "verify", "receipt.json", "--key", "acme.yaml");
        _shop.Write("changed.json", File.ReadAllText(_shop["receipt.json"])
            .Replace("\"equal\"", "\"different\"", StringComparison.Ordinal));

        Assert.False((bool?)Expect(1, "receipt", "verify", "changed.json", "--json").Json["valid"]);
    }

    [Fact]
    public void A_journal_that_is_broken_does_not_hide_the_others()
    {
        Expect(0, "run", "acme.yaml", "--until", "copied");
        Directory.CreateDirectory(_shop["state/godwit/broken"]);
        _shop.Write("state/godwit/broken/journal.db", new string('x', 5000));

        var said = Expect(1, "status", "--json");

        Assert.Equal("GW-JRN-001", (string?)said.Json["error"]!["code"]);
        Assert.Equal(Shop.Name, (string?)Assert.Single(said.Json["migrations"]!.AsArray())!["migration"]);
    }

    [Fact]
    public void From_another_folder_the_same_words_mean_the_same_places()
    {
        Expect(0, "run", "acme.yaml", "--until", "following");
        _shop.Sql("a.db", "INSERT INTO orders VALUES (9001, 42, 'meanwhile')");
        Directory.CreateDirectory(_shop["elsewhere"]);

        Assert.Equal(0, _shop.RunIn("elsewhere", "run", "../acme.yaml", "--until", "following").Code);

        Assert.Equal("meanwhile", _shop.Ask("b.db", "SELECT note FROM orders WHERE id = 9001"));
        Assert.Empty(Directory.EnumerateFiles(_shop["elsewhere"]));
    }

    [Fact]
    public void What_is_remembered_is_for_the_user_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        Expect(0, "run", "acme.yaml", "--until", "copied");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(_shop["state/godwit/signing-key.pem"]));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_shop["state/godwit"]));
    }

    private Said Expect(int code, params string[] args)
    {
        var said = _shop.Run(args);
        Assert.True(said.Code == code, $"{string.Join(' ', args)}: {said}");
        return said;
    }
}
