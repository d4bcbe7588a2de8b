using Microsoft.Data.Sqlite;

namespace Godwit.Tests.Journals;

public sealed class AppendingToAJournal : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_entry_is_the_header_and_the_others_follow_without_a_gap()
    {
        var entries = await SampleJournal.Write(File);

        Assert.Equal([1, 2, 3, 4], entries.Select(one => one.Sequence));
        Assert.Equal(["header", "phase", "chunk-done", "phase"], entries.Select(one => one.Kind));
    }

    [Fact]
    public async Task What_was_appended_is_read_back_the_same_after_closing()
    {
        var written = await SampleJournal.Write(File);

        await using var journal = await SampleJournal.Open(File);
        var read = await journal.ReadAfter(0, CancellationToken.None);

        Assert.Equal(SampleJournal.Show(written), SampleJournal.Show(read));
    }

    [Fact]
    public async Task Reading_after_a_sequence_gives_only_what_came_later()
    {
        await SampleJournal.Write(File);
        await using var journal = await SampleJournal.Open(File);

        Assert.Equal([3, 4], (await journal.ReadAfter(2, CancellationToken.None)).Select(one => one.Sequence));
        Assert.Empty(await journal.ReadAfter(4, CancellationToken.None));
        Assert.Empty(await journal.ReadAfter(400, CancellationToken.None));
        Assert.Equal(4, (await journal.ReadAfter(0, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task An_entry_from_another_terminal_is_seen_by_whoever_has_it_open()
    {
        await using var runner = await SampleJournal.Open(File);
        await using var terminal = await SampleJournal.Open(File);

        var given = await SampleJournal.Append(terminal, "command", """{"command":"Pause"}""");

        Assert.Equal(given.Sequence, Assert.Single(await runner.ReadAfter(1, CancellationToken.None)).Sequence);
    }

    [Fact]
    public async Task Several_that_append_at_once_make_one_chain()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(AppendFifty));

        await using var journal = await SampleJournal.Open(File);
        var entries = await journal.ReadAfter(1, CancellationToken.None);
        Assert.Equal(Enumerable.Range(2, 200).Select(one => (long)one), entries.Select(one => one.Sequence));
        foreach (var writer in entries.GroupBy(one => one.Kind))
            Assert.Equal(50, writer.Count());

        async Task AppendFifty(int writer)
        {
            await using var own = await SampleJournal.Open(File);
            for (var i = 0; i < 50; i++)
                await SampleJournal.Append(own, $"writer-{writer}", $$"""{"i":{{i}}}""");
        }
    }

    [Fact]
    public async Task The_caller_is_not_held_up_while_another_process_writes()
    {
        await using var journal = await SampleJournal.Open(File);
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        using var writing = other.BeginTransaction(deferred: false);

        var append = SampleJournal.Append(journal, "phase", "{}").AsTask();

        Assert.False(append.IsCompleted);
        writing.Rollback();
        Assert.Equal(2, (await append.WaitAsync(TimeSpan.FromSeconds(30))).Sequence);
    }

    [Fact]
    public async Task A_payload_is_the_journals_own_once_it_is_appended()
    {
        await using var journal = await SampleJournal.Open(File);
        var payload = "{\"a\":1}"u8.ToArray();

        var entry = await journal.Append("phase", payload, CancellationToken.None);
        payload.AsSpan().Clear();

        Assert.Equal("{\"a\":1}"u8, entry.Payload.Span);
    }

    [Theory]
    [InlineData("UPDATE entries SET kind = 'x' WHERE seq = 2")]
    [InlineData("DELETE FROM entries WHERE seq = 4")]
    [InlineData("INSERT OR REPLACE INTO entries SELECT seq, at, 'x', payload, hash FROM entries WHERE seq = 2")]
    [InlineData("INSERT INTO entries SELECT seq + 10, at, kind, payload, hash FROM entries WHERE seq = 2")]
    [InlineData("UPDATE head SET seq = 1")]
    [InlineData("DELETE FROM head")]
    public async Task The_file_itself_refuses_to_forget(string statement)
    {
        await SampleJournal.Write(File);

        Assert.Throws<SqliteException>(() => SampleJournal.Execute(File, statement));
    }
}
