using System.Globalization;
using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>Two servers, and clients that send what they like.</summary>
public abstract class OperationPromises<THarness> : StorePromises<THarness>
    where THarness : RedisHarness, new()
{
    protected static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The place of a key in scope.</summary>
    protected string Mine(int number) => Harness.Located(Place.Source, Owner.Mine, number).Key;

    /// <summary>A client at the database of a record.</summary>
    private protected async Task<RedisClient> Client(Place place, int number, Owner owner = Owner.Mine)
    {
        var client = await Harness.Server(place).Connect();
        await client.Call("SELECT", Text(Harness.Located(place, owner, number).Database));
        return client;
    }

    private protected async Task<string> Ask(Place place, int number, params object[] words)
    {
        await using var client = await Client(place, number);
        return await client.Text(words);
    }

    /// <summary>The next batch that has operations; what comes before it is applied.</summary>
    protected async Task<ChangeBatch> NextOperations()
    {
        while (true)
        {
            var batch = await Source.Changes.Next(await Reached(), Deadline, None);
            Assert.NotNull(batch);
            if (batch.KeyCount > 0)
                return batch;
            await using (batch)
                await Target.Target.Apply(batch, ApplyReason.Following, None);
        }
    }

    /// <summary>Carries over what is there and what has happened.</summary>
    protected async Task CopyAndFollow()
    {
        await Copy();
        await Follow();
    }

    /// <summary>Follows through problems that pass.</summary>
    protected Task FollowThrough(string what) => Until.Holds(what, async () =>
    {
        try
        {
            await Follow();
            return true;
        }
        catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
        {
            return false;
        }
    });

    /// <summary>Follows until keys whose time was held back have the origin's again.</summary>
    protected Task FollowUntilTimesAreBack() => Until.Holds("the times are given back", async () =>
    {
        await using var batch = await Source.Changes.Next(await Reached(), TimeSpan.Zero, None);
        if (batch is not null)
            await Target.Target.Apply(batch, ApplyReason.Following, None);
        return await Ask(Place.Target, 2, "EXISTS", "__gw:expiry:" + StoreHarness.Mark) == "0";
    });
}
