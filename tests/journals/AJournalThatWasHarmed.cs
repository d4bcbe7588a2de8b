using Godwit.Core.Problems;

namespace Godwit.Tests.Journals;

public sealed class AJournalThatWasHarmed : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_changed_byte_anywhere_is_told_or_changed_nothing_that_is_read()
    {
        var good = SampleJournal.Show(await SampleJournal.Write(Journal));
        var bytes = await File.ReadAllBytesAsync(Journal);
        var (harmed, told) = (_folder["harmed.db"], 0);

        // A stride that is prime to the page size touches every region; a soak looks at each byte.
        var stride = Environment.GetEnvironmentVariable("GODWIT_SOAK") is null ? 13 : 1;
        for (var at = 0; at < bytes.Length; at += stride)
        {
            bytes[at] ^= 0x41;
            await File.WriteAllBytesAsync(harmed, bytes);
            bytes[at] ^= 0x41;
            File.Delete(harmed + "-wal");
            File.Delete(harmed + "-shm");

            var (entries, problem) = await SampleJournal.TryRead(harmed);
            if (problem is null)
                Assert.True(good == SampleJournal.Show(entries!), $"Byte {at} changed what is read, and nobody told.");
            else
                told += problem.Code.StartsWith("GW-JRN-", StringComparison.Ordinal) ? 1 : 0;
        }
        Assert.InRange(told, 30, bytes.Length);
    }

    [Theory]
    [InlineData("UPDATE entries SET payload = CAST('{\"phase\":\"Copied!\"}' AS BLOB) WHERE seq = 2", 2)]
    [InlineData("UPDATE entries SET kind = 'phasf' WHERE seq = 3", 3)]
    [InlineData("UPDATE entries SET at = '2026-03-14T09:26:59.0000000Z' WHERE seq = 4", 4)]
    [InlineData("DELETE FROM entries WHERE seq = 3", 3)]
    [InlineData("DELETE FROM entries WHERE seq = 4", 4)]
    [InlineData("DELETE FROM entries WHERE seq = 1", 1)]
    [InlineData("DELETE FROM entries", 1)]
    [InlineData("DELETE FROM head", 1)]
    public async Task The_problem_names_the_entry(string harm, int entry)
    {
        await SampleJournal.Write(Journal);
        SampleJournal.Execute(Journal, "DROP TRIGGER entries_never_change; DROP TRIGGER entries_never_go;"
            + "DROP TRIGGER head_never_goes;" + harm);

        var (_, problem) = await SampleJournal.TryRead(Journal);

        Assert.Equal("GW-JRN-004", problem!.Code);
        Assert.StartsWith($"Entry {entry} of the journal", problem.What, StringComparison.Ordinal);
        Assert.Equal(Recovery.Stop, problem.Recovery);
    }

    [Fact]
    public async Task A_write_that_was_cut_off_leaves_whole_entries_and_the_chain_goes_on()
    {
        var (log, copy) = (Journal + "-wal", _folder["copy.db"]);
        await using (var journal = await SampleJournal.Open(Journal))
        {
            await SampleJournal.Append(journal, "phase", """{"phase":"copying"}""");
            var whole = new FileInfo(log).Length;
            await SampleJournal.Append(journal, "phase", """{"phase":"following"}""");
            // The machine dies while the last transaction reaches the disk: any part of it may be there.
            for (var length = whole; length < new FileInfo(log).Length; length += 509)
            {
                File.Copy(Journal, copy, overwrite: true);
                await File.WriteAllBytesAsync(copy + "-wal", ReadShared(log).AsSpan(0, (int)length).ToArray());
                File.Delete(copy + "-shm");

                await using var again = await SampleJournal.Open(copy);
                Assert.Equal(2, (await again.ReadAfter(0, CancellationToken.None)).Count);
                Assert.Equal(3, (await SampleJournal.Append(again, "phase", "{}")).Sequence);
            }
        }
    }

    [Fact]
    public async Task An_older_copy_put_in_its_place_is_noticed_by_whoever_has_it_open()
    {
        await using var journal = await SampleJournal.Open(Journal);
        await SampleJournal.Append(journal, "phase", "{}");
        await SampleJournal.Append(journal, "phase", "{}");
        SampleJournal.Execute(Journal, "DROP TRIGGER entries_never_go; DROP TRIGGER head_only_grows;"
            + "DELETE FROM entries WHERE seq = 3;"
            + "UPDATE head SET seq = 2, hash = (SELECT hash FROM entries WHERE seq = 2)");

        var refused = await Assert.ThrowsAsync<GodwitException>(
            async () => await journal.ReadAfter(3, CancellationToken.None));

        Assert.Equal("GW-JRN-005", refused.Problem.Code);
    }

    [Fact]
    public async Task An_entry_that_was_read_once_cannot_be_rewritten_with_a_good_chain()
    {
        await using var journal = await SampleJournal.Open(Journal);
        await SampleJournal.Append(journal, "phase", "{}");
        await SampleJournal.Append(journal, "phase", "{}");
        await journal.ReadAfter(0, CancellationToken.None);
        SampleJournal.Execute(Journal, "DROP TRIGGER entries_never_change;"
            + "UPDATE entries SET hash = zeroblob(32) WHERE seq = 2");

        var refused = await Assert.ThrowsAsync<GodwitException>(
            async () => await journal.ReadAfter(2, CancellationToken.None));

        Assert.Equal("GW-JRN-004", refused.Problem.Code);
    }

    [Fact]
    public async Task A_journal_of_another_migration_is_refused()
    {
        await SampleJournal.Write(Journal);

        var refused = await Assert.ThrowsAsync<GodwitException>(() => SampleJournal.Open(Journal, "other"));

        Assert.Equal("GW-JRN-003", refused.Problem.Code);
        Assert.Contains("'acme-to-shard-2', not 'other'", refused.Problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Journal, string.Concat(Enumerable.Repeat("Not a database. ", 100)));

        Assert.Equal("GW-JRN-001", (await SampleJournal.TryRead(Journal)).Problem!.Code);
    }

    [Fact]
    public async Task A_database_of_something_else_is_refused_and_left_alone()
    {
        SampleJournal.Execute(Journal, "CREATE TABLE orders (id INTEGER PRIMARY KEY)");
        var before = await File.ReadAllBytesAsync(Journal);

        Assert.Equal("GW-JRN-001", (await SampleJournal.TryRead(Journal)).Problem!.Code);
        Assert.Equal(before, await File.ReadAllBytesAsync(Journal));
    }

    [Fact]
    public async Task A_later_format_is_refused()
    {
        await SampleJournal.Write(Journal);
        SampleJournal.Execute(Journal, "PRAGMA user_version = 2");

        Assert.Equal("GW-JRN-002", (await SampleJournal.TryRead(Journal)).Problem!.Code);
    }

    [Fact]
    public async Task A_journal_where_nobody_may_write_is_told()
    {
        var (_, problem) = await SampleJournal.TryRead(_folder["no-such-folder/journal.db"]);

        Assert.Equal("GW-JRN-007", problem!.Code);
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
