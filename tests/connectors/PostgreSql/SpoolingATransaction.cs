using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Core.Problems;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>Messages of streams as PostgreSQL 15 sent them.</summary>
public sealed class SpoolingATransaction : IAsyncLifetime
{
    private const string Start = "53001b7d2801";
    private const string GoOn = "53001b7d2800";
    private const string Stop = "45";
    private const string Describe =
        "52001b7d28000043317075626c6963006f7264657273006400020169640000000014ffffffff0074656e616e740000000017ffffffff";

    private const string First = "49001b7d28000043314e000274000000013174000000023432";
    private const string Second = "49001b7d28000043314e000274000000013274000000023432";
    private const string Within = "49001b7d29000043314e000274000000013374000000023432";
    private const string WithinThat = "49001b7d30000043314e000274000000013474000000023432";
    private const string RollBackWithin = "41001b7d28001b7d29";
    private const string RollBackAll = "41001b7d28001b7d28";
    private const string Commit = "63001b7d2800000000008a0a0c50000000008a0a0c880003042a7e198fa6";

    private const string ToldBegin = "42000000008a0a0c500003042a7e198fa6001b7d28";
    private const string ToldCommit = "4300000000008a0a0c50000000008a0a0c880003042a7e198fa6";

    private readonly TemporaryFolder _folder = new();
    private StreamSpool _spool = null!;

    [Fact]
    public async Task A_streamed_transaction_is_told_when_it_commits_as_if_it_came_at_a_stroke()
    {
        Assert.Empty(await Tell(Start, Describe, First, Stop));
        Assert.Empty(await Tell(GoOn, Second, Stop));
        Assert.Equal([ToldBegin, Own(Describe), Own(First), Own(Second), ToldCommit], await Tell(Commit));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task What_a_savepoint_took_back_is_not_told_nor_what_was_within_it()
    {
        Assert.Empty(await Tell(Start, First, Within, WithinThat, Stop, RollBackWithin, GoOn, Second, Stop));
        Assert.Equal([ToldBegin, Own(First), Own(Second), ToldCommit], await Tell(Commit));
    }

    [Fact]
    public async Task A_transaction_that_was_rolled_back_leaves_nothing()
    {
        Assert.Empty(await Tell(Start, First, Stop, RollBackAll));
        Assert.Empty(Directory.GetFiles(_folder.Path));
        await Assert.ThrowsAsync<InvalidDataException>(() => Tell(Commit));
    }

    [Fact]
    public async Task Transactions_that_are_streamed_side_by_side_are_told_each_by_itself()
    {
        Assert.Empty(await Tell(Start, First, Stop, Other(Start), Other(Within), Stop, GoOn, Second, Stop));
        Assert.Equal([Other(ToldBegin), Own(Within), Other(ToldCommit)], await Tell(Other(Commit)));
        Assert.Equal([ToldBegin, Own(First), Own(Second), ToldCommit], await Tell(Commit));
    }

    [Fact]
    public async Task Only_streams_are_taken()
    {
        Assert.False(_spool.Takes(Convert.FromHexString(ToldBegin)));
        Assert.False(_spool.Takes(Convert.FromHexString(Own(First))));
        Assert.True(_spool.Takes(Convert.FromHexString(Start)));
        await Tell(Start);
        Assert.True(_spool.Takes(Convert.FromHexString(First)));
        await Tell(Stop);
        Assert.False(_spool.Takes(Convert.FromHexString(Own(First))));
    }

    [Fact]
    public async Task No_room_for_it_is_a_problem_that_names_the_place()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        await using var spool = new StreamSpool(_folder["file"], "postgres://there");
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Tell(spool, Start));
        Assert.Equal("GW-PGS-082", failure.Problem.Code);
        Assert.Contains("postgres://there", failure.Problem.What, StringComparison.Ordinal);
    }

    public ValueTask InitializeAsync()
    {
        _spool = new StreamSpool(_folder.Path, "here");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The message outside of a stream: without the number behind its kind.</summary>
    private static string Own(string message) => message[..2] + message[10..];

    private static string Other(string message) =>
        message.Replace("001b7d28", "001b7d77", StringComparison.Ordinal);

    private Task<List<string>> Tell(params string[] messages) => Tell(_spool, messages);

    private static async Task<List<string>> Tell(StreamSpool spool, params string[] messages)
    {
        var told = new List<string>();
        foreach (var message in messages)
        {
            await foreach (var one in spool.Take(
                Convert.FromHexString(message), TestContext.Current.CancellationToken))
                told.Add(Convert.ToHexStringLower(one.Span));
        }
        return told;
    }
}
