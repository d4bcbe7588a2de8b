using Godwit.Core.Problems;

namespace Godwit.Tests.Connectors.Files;

/// <summary>Whoever can write into one of the trees must not make Godwit read or write outside of them.</summary>
public sealed class LeadingATreeAstray
{
    private const int Rounds = 12;

    [Fact]
    public async Task Links_that_lead_out_are_copied_and_never_followed()
    {
        await using var move = await TreeMove.Begin();
        using var outside = new Outside();
        move.From.Symlink("file", outside["secret"]);
        move.From.Symlink("dir", outside.Path);
        move.From.Symlink("up", "../../../../../..");
        await move.Copy();
        await move.Drain();
        await move.AssertEqual();
        outside.AssertUntouched();
        using var keys = TreeMove.Keys("dir/secret", "../secret", "up/etc/passwd", "/etc/passwd", "dir/../secret");
        using var found = await move.Source.Digest.ListKeys(move.Stream, keys, TreeMove.Never);
        Assert.Equal(0, found.Keys.Count);
        await using var batch = await move.Source.Snapshot.ReadKeys(move.Stream, keys, TreeMove.Never);
        Assert.All(batch.Touched[0].Gone, Assert.True);
    }

    [Fact]
    public async Task A_directory_swapped_for_a_link_while_it_is_walked_leads_nowhere()
    {
        await using var move = await TreeMove.Begin();
        using var outside = new Outside();
        for (var i = 0; i < 30; i++)
            move.From.Write($"dir/sub/f{i}", "harmless");
        move.From.Write("dir/secret", "harmless");
        move.From.Symlink("link", outside.Path);
        await move.Copy();
        await WhileSwapping(move.From, "dir", "link", async () =>
        {
            await move.Digest(move.Source);
            await move.Drain();
        });
        Assert.DoesNotContain("SECRET", Everything(move.To), StringComparison.Ordinal);
        outside.AssertUntouched();
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_target_directory_swapped_for_a_link_while_it_is_written_leads_nowhere()
    {
        await using var move = await TreeMove.Begin();
        using var outside = new Outside();
        for (var i = 0; i < 30; i++)
            move.From.Write($"dir/f{i}", "harmless");
        await move.Copy();
        move.To.Symlink("link", outside.Path);
        var round = 0;
        await WhileSwapping(move.To, "dir", "link", async () =>
        {
            round++;
            for (var i = 0; i < 30; i++)
                move.From.Write($"dir/f{i}", $"round {round}");
            move.From.Write("dir/secret", $"round {round}");
            await move.Drain();
        });
        outside.AssertUntouched();
        // Nothing at the source told that the target was harmed; who compares finds it.
        await move.Source.Fence.Raise(TreeMove.Never);
        await move.Drain();
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_removed_directory_that_became_a_link_at_the_target_takes_nothing_with_it()
    {
        await using var move = await TreeMove.Begin();
        using var outside = new Outside();
        move.From.Write("dir/secret", "x");
        await move.Copy();
        move.To.Remove("dir");
        move.To.Symlink("dir", outside.Path);
        move.From.Remove("dir");
        await move.Drain();
        outside.AssertUntouched();
        Assert.False(move.To.Has("dir"));
    }

    private static async Task WhileSwapping(Tree tree, string one, string other, Func<Task> work)
    {
        using var stop = new CancellationTokenSource();
        var swapper = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (tree.Has(one) && tree.Has(other))
                    tree.TrySwap(one, other);
            }
        });
        try
        {
            for (var i = 0; i < Rounds; i++)
                await UnlessRefused(work);
        }
        finally
        {
            await stop.CancelAsync();
            await swapper;
        }
    }

    /// <summary>A path that is being swapped may be refused; the engine tries again.</summary>
    private static async Task UnlessRefused(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
        {
        }
    }

    private static string Everything(Tree tree) => Tree.Run("grep", "-r", "", tree.Path);

    /// <summary>A directory beside the trees that holds what is nobody's business.</summary>
    private sealed class Outside : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-outside-");
        private readonly DateTime _before;

        public Outside()
        {
            File.WriteAllText(this["secret"], "SECRET");
            _before = _folder.LastWriteTimeUtc;
        }

        public string Path => _folder.FullName;

        public string this[string name] => System.IO.Path.Combine(Path, name);

        public void AssertUntouched()
        {
            _folder.Refresh();
            Assert.Equal(_before, _folder.LastWriteTimeUtc);
            Assert.Equal("secret", System.IO.Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(Path))));
            Assert.Equal("SECRET", File.ReadAllText(this["secret"]));
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
