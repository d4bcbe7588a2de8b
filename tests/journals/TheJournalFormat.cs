using Godwit.Tests.Tidy;

namespace Godwit.Tests.Journals;

/// <summary>What reaches disk is frozen: the file in golden/ must be readable for ever.</summary>
public sealed class TheJournalFormat : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_of_format_1_is_read_as_it_was_written()
    {
        var golden = Path.Combine(House.Root(), "tests", "journals", "golden");
        File.Copy(Path.Combine(golden, "journal-1.db"), _folder["journal.db"]);

        var (read, problem) = await SampleJournal.TryRead(_folder["journal.db"]);

        Assert.Null(problem);
        Golden.Matches("journals/golden/journal-1.txt", SampleJournal.Show(read!));
    }

    [Fact]
    public async Task The_same_entries_at_the_same_times_still_give_the_same_hashes()
    {
        var written = await SampleJournal.Write(_folder["journal.db"]);

        Golden.Matches("journals/golden/journal-1.txt", SampleJournal.Show(written));
    }
}
