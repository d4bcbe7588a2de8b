namespace Godwit.Tests.Journals;

/// <summary>What reaches disk is frozen: the file in golden/ must be readable for ever.</summary>
public sealed class TheJournalFormat : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_of_format_1_is_read_as_it_was_written()
    {
        var golden = Path.Combine(Repository.Root, "tests", "journals", "golden");
        if (Repository.AcceptGolden && !File.Exists(Path.Combine(golden, "journal-1.db")))
        {
            var entries = await SampleJournal.Write(Path.Combine(golden, "journal-1.db"));
            await File.WriteAllTextAsync(Path.Combine(golden, "journal-1.txt"), SampleJournal.Show(entries) + "\n");
        }
        File.Copy(Path.Combine(golden, "journal-1.db"), _folder["journal.db"]);

        var (read, problem) = await SampleJournal.TryRead(_folder["journal.db"]);

        Assert.Null(problem);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(golden, "journal-1.txt")), SampleJournal.Show(read!) + "\n");
    }

    [Fact]
    public async Task The_same_entries_at_the_same_times_still_give_the_same_hashes()
    {
        var golden = Path.Combine(Repository.Root, "tests", "journals", "golden", "journal-1.txt");

        var written = await SampleJournal.Write(_folder["journal.db"]);

        Assert.Equal(await File.ReadAllTextAsync(golden), SampleJournal.Show(written) + "\n");
    }
}
