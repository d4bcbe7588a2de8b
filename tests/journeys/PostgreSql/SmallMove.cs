using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A migration of a whole database of a few tables, which the test itself writes to.</summary>
internal sealed class SmallMove : IAsyncDisposable
{
    private SmallMove(PostgreSqlDatabase source, PostgreSqlDatabase target)
    {
        (Source, Target) = (source, target);
        Move = new DatabaseMove(new MoveWishes(source.Address, target.Address));
    }

    public PostgreSqlDatabase Source { get; }

    public PostgreSqlDatabase Target { get; }

    public DatabaseMove Move { get; }

    public PostgreSqlComparison Comparison => new(Source, Target);

    /// <summary>Runs SQL at a new source; the target is empty.</summary>
    public static async Task<SmallMove> Begin(string sql, PostgreSqlServer source, PostgreSqlServer target)
    {
        var move = new SmallMove(await source.CreateDatabase(), await target.CreateDatabase());
        try
        {
            await move.Source.Run(sql);
            return move;
        }
        catch
        {
            await move.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc cref="Begin(string, PostgreSqlServer, PostgreSqlServer)"/>
    public static async Task<SmallMove> Begin(string sql)
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        return await Begin(sql, server, server);
    }

    /// <summary>Hands over and compares all rows and sequences of both sides.</summary>
    public Task CutOver() => HandOver("cutover");

    /// <inheritdoc cref="CutOver"/>
    public async Task HandOver(string word)
    {
        await Move.Command(word);
        ShopJourney.Same(await Comparison.Rows(), word);
        ShopJourney.Same(await Comparison.Sequences(), word);
    }

    public async ValueTask DisposeAsync()
    {
        await Move.DisposeAsync();
        await ShopJourney.Drop(Source);
        await ShopJourney.Drop(Target);
    }
}
