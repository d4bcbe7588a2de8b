using Godwit.Cli;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;
using Godwit.Engine.Verifying;
using Godwit.Tests.Conformance;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>Each server lets keys go by its own clock: what only one of them has let go is no difference yet.</summary>
public sealed class ProvingExpiringKeys : OperationPromises<RedisConformance.Database>
{
    [Theory]
    [InlineData(Place.Source)]
    [InlineData(Place.Target)]
    public async Task What_is_gone_by_its_own_clock_is_not_convicted_and_what_is_missing_is(Place gone)
    {
        await CopyAndFollow();
        foreach (var place in Enum.GetValues<Place>().Where(one => one != gone))
        {
            await Ask(place, 1, "SET", Mine(1), "x", "PX", "900");
            await Ask(place, 1, "SET", Mine(2), "x", "EX", "900");
            await Ask(place, 1, "SET", Mine(3), "x");
        }
        if (gone == Place.Target)
        {
            await Follow();
            await Ask(Place.Target, 1, "DEL", Mine(1), Mine(2), Mine(3));
        }
        var judgement = EngineThread.Run(() => Judge([1, 2, 3]));
        Assert.Equal(
            [Harness.KeyOf(0, 2), Harness.KeyOf(0, 3)],
            judgement.Different.OrderBy(one => one, Comparer<Key>.Create(Key.Compare)));
    }

    private async Task<Judgement> Judge(int[] numbers)
    {
        var clock = TimeProvider.System;
        var lane = new Lane(
            0, new MovePorts(new MoveDefinition { From = Source.Address, To = Target.Address }, Source, Target),
            Streams, []);
        var recoverer = new Recoverer(clock, (problem, _) => throw new GodwitException(problem!));
        var journal = new MigrationJournal(new MemoryJournal(clock), new MigrationState());
        var late = new LateWriteTaker(lane, Direction.Forward, journal, recoverer);
        var alarm = new MissAlarm(lane.Number, journal, clock);
        var follower = new Follower(lane, Direction.Forward, null, new TouchedLedger(), late, alarm, recoverer, clock);
        using var over = new CancellationTokenSource();
        var following = follower.Follow(over.Token);
        var judgement = await new RecordVerifier(follower, clock).Judge(
            Streams[0], [.. numbers.Select(one => Harness.KeyOf(0, one))], None);
        await WorkGroup.End(over, [following]);
        return judgement;
    }
}
