using Godwit.Tests.Journeys.PostgreSql.Zoo;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Every type, key and shape, copied and then changed on both sides while they are followed.</summary>
public sealed class MovingTheZoo
{
    public static TheoryData<int> Majors => [PostgreSqlServer.Distribution, 18];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Every_animal_arrives_and_comes_back_as_it_is(int major)
    {
        var large = JourneySeed.IsSoak ? TypeZoo.Large : null;
        await using var move = await SmallMove.Begin(
            Zoo.Zoo.Create + large?.Create,
            await PostgreSqlServer.Shared(PostgreSqlServer.Distribution), await PostgreSqlServer.Shared(major));
        move.Move.Start();
        await move.Move.Follows();
        await move.Source.Run(Zoo.Zoo.Change + large?.Change);
        await move.CutOver();
        await move.Target.Run(Zoo.Zoo.ChangeAgain + large?.ChangeAgain);
        await move.HandOver("rollback");
        await move.Source.Run("UPDATE shape_generated SET a = a + 1");
        await move.HandOver("cutover");
        await move.Move.Finish();

        ShopJourney.Same(await move.Comparison.Definitions(), "the end");
        await ShopJourney.LeftNothingBehind(move.Source);
        await ShopJourney.LeftNothingBehind(move.Target);
    }
}
