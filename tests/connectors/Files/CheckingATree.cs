using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

public sealed class CheckingATree
{
    [Fact]
    public async Task A_sound_move_has_no_problems_and_the_check_changes_nothing()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("dir/file", "x");
        Assert.Empty(await Check(move));
        Assert.False(move.To.Has(""));
        Assert.Equal(["dir"], Directory.GetFileSystemEntries(move.From.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_source_that_does_not_exist_is_a_problem()
    {
        await using var move = await TreeMove.Begin();
        Directory.Delete(move.From.Path);
        await move.Restart();
        Assert.Equal(["GW-FIL-002"], await Check(move));
    }

    [Fact]
    public async Task A_file_is_no_tree()
    {
        await using var move = await TreeMove.Begin();
        Directory.Delete(move.From.Path);
        File.WriteAllText(move.From.Path, "");
        var failure = await Assert.ThrowsAsync<GodwitException>(() => move.Restart());
        Assert.Equal("GW-FIL-003", failure.Problem.Code);
    }

    [Fact]
    public async Task A_target_with_strangers_is_a_problem_until_it_is_ours()
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("file", "x");
        move.To.Write("file", "would be overwritten, which is what a move is for");
        Assert.Empty(await Check(move));
        move.To.Write("stranger", "x");
        Assert.Equal(["GW-FIL-011"], await Check(move));
        move.To.Remove("stranger");
        await move.Copy();
        move.To.Write("stranger", "x");
        Assert.Empty(await Check(move));
    }

    [Theory]
    [InlineData("to", "from/inside")]
    [InlineData("from", "from")]
    [InlineData("link", "from")]
    public async Task Trees_inside_each_other_are_a_problem(string to, string leadsTo)
    {
        await using var move = await TreeMove.Begin();
        move.From.Write("inside/file", "x");
        var folder = Path.GetDirectoryName(move.From.Path)!;
        if (to != "from")
            File.CreateSymbolicLink(Path.Combine(folder, to), Path.Combine(folder, leadsTo));
        var target = new Tree(Path.Combine(folder, to));
        await using var store = await new Godwit.Connectors.Files.FilesConnector().Open(
            TreeMove.Opening(target, move.From), StoreRole.Target, TreeMove.Never);
        var problems = await store.Catalog.Check(StoreRole.Target, [move.Stream], null, TreeMove.Never);
        Assert.Contains("GW-FIL-010", problems.Select(one => one.Code));
    }

    [Fact]
    public async Task Pipes_are_a_problem_and_sockets_a_warning()
    {
        await using var move = await TreeMove.Begin();
        Tree.Run("mkfifo", move.From["pipe"]);
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(move.From["socket"]));
        var problems = await move.Source.Catalog.Check(StoreRole.Source, [move.Stream], null, TreeMove.Never);
        Assert.Equal(
            [("GW-FIL-009", Recovery.Pause), ("GW-FIL-022", Recovery.Retry)],
            problems.Select(one => (one.Code, one.Recovery)));
        Assert.Contains("pipe", problems[0].What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file://elsewhere/dir")]
    [InlineData("file:")]
    [InlineData("file://")]
    public async Task An_address_of_another_machine_or_of_nothing_is_refused(string address)
    {
        await using var move = await TreeMove.Begin();
        var opening = TreeMove.Opening(move.From, move.To) with { Address = address };
        var failure = await Assert.ThrowsAsync<GodwitException>(() =>
            new Godwit.Connectors.Files.FilesConnector().Open(opening, StoreRole.Source, TreeMove.Never));
        Assert.Equal("GW-FIL-001", failure.Problem.Code);
    }

    private static async Task<List<string>> Check(TreeMove move)
    {
        var problems = new List<Problem>();
        problems.AddRange(await move.Source.Catalog.Check(StoreRole.Source, [move.Stream], null, TreeMove.Never));
        problems.AddRange(await move.Target.Catalog.Check(
            StoreRole.Target, [move.Stream], move.Source.Snapshot, TreeMove.Never));
        return [.. problems.Select(one => one.Code)];
    }
}
