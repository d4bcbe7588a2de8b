using System.Globalization;
using Godwit.Core.Stores;
using Godwit.Tests.Conformance;
using Godwit.Tests.Connectors.Redis.Replication;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>A server that traffic has left goes on telling what others do there; nobody wants to hear it.</summary>
public static class KeepingJournalsSmall
{
    public sealed class AfterAFence : OperationPromises<Hasty>
    {
        private const int Much = 65;

        [Fact]
        public async Task What_a_source_tells_after_its_tenant_has_left_is_forgotten()
        {
            await CopyAndFollow();
            await HandOver();
            await NeighboursAreForgotten();
        }

        [Fact]
        public async Task Nothing_is_forgotten_of_what_nobody_has_taken_yet()
        {
            await Fill(Place.Source, 3);
            await CopyAndFollow();
            await Target.Changes.Prepare(Streams, None);
            await Ask(Place.Target, 2, "INCR", "anything");
            await Source.Target.StartAt(await Target.Changes.Mark(None), None);
            Harness.Time.Leap(TimeSpan.FromMinutes(5));
            await Ask(Place.Source, 2, "INCR", Mine(2) + ":new");
            await Neighbours();
            await Until.Holds("all is heard", () => Harness.Journal(Place.Source).Bytes > 2L * Much << 20);
            await Until.Holds("what the target told is forgotten", () => Harness.IsSkimmed(Place.Target));
            await Reopen(Place.Source);
            await Source.Changes.Prepare(Streams, None);
            await Follow();
            Assert.Equal("1", await Ask(Place.Target, 2, "GET", Mine(2) + ":new"));
        }

        [Fact]
        public async Task Traffic_that_comes_back_is_followed_from_where_it_comes_back()
        {
            await Fill(Place.Source, 3);
            await CopyAndFollow();
            await HandOver();
            await NeighboursAreForgotten();
            await Target.Target.StartAt(await Source.Changes.Mark(None), None);
            await Write(Place.Source, Wish.Record(9, "new"));
            await Reopen(Place.Source);
            await Source.Changes.Prepare(Streams, None);
            await Follow();
            await AssertMoved();
        }

        /// <summary>Traffic goes to the target, and changes flow back.</summary>
        private async Task HandOver()
        {
            await Target.Changes.Prepare(Streams, None);
            await Source.Target.StartAt(await Target.Changes.Mark(None), None);
            await Ask(Place.Target, 2, "INCR", Mine(2) + ":back");
            Harness.Time.Leap(TimeSpan.FromMinutes(5));
            while (await Ask(Place.Source, 2, "EXISTS", Mine(2) + ":back") == "0")
            {
                var reached = (await Source.Target.Reached(None))!.Value;
                await using var batch = await Target.Changes.Next(reached, Deadline, None);
                await Source.Target.Apply(batch!, ApplyReason.Following, None);
            }
        }

        private async Task NeighboursAreForgotten()
        {
            var (begin, bytes) = Harness.Journal(Place.Source);
            await Neighbours();
            await Until.Holds("they are forgotten", () => Harness.Journal(Place.Source).Begin > begin + bytes);
        }

        private async Task Neighbours()
        {
            await using var client = await Client(Place.Source, 100, Owner.Neighbour);
            var text = new string('x', 1 << 20);
            await Harness.Server(Place.Source).Call("CONFIG", "SET", "repl-backlog-size", "256mb");
            for (var i = 0; i <= 2 * Much; i++)
                await client.Call("SET", Harness.Located(Place.Source, Owner.Neighbour, 100).Key, text);
        }
    }

    public sealed class AheadOfTheCopy : OperationPromises<RedisConformance.Database>
    {
        [Fact]
        public async Task The_way_back_is_opened_without_waiting_for_it()
        {
            await Target.Changes.PrepareSoon(None);
            await Until.Holds("the target has a replica", async () => "connected_slaves:1\r"
                == (await Ask(Place.Target, 1, "INFO", "replication")).Split('\n')[2]);
        }
    }

    /// <summary>A tenant with a user of its own, and a clock that leaps.</summary>
    public sealed class Hasty : RedisConformance.Fenced
    {
        public override TimeProvider Clock => Time;

        internal HastyClock Time { get; } = new();

        /// <summary>Where a journal on the disk begins, and how large it is.</summary>
        internal (long Begin, long Bytes) Journal(Place place)
        {
            // A listing that is read while one file takes the place of another may show neither.
            FileInfo[] files;
            do
                files = new DirectoryInfo(Following(place)).GetFiles("changes-*");
            while (files.Length == 0);
            return (
                files.Min(one => long.Parse(one.Name["changes-".Length..], CultureInfo.InvariantCulture)),
                files.Sum(one => one.Length));
        }

        internal bool IsSkimmed(Place place) => File.Exists(Path.Combine(Following(place), "place"));

        private string Following(Place place) => Path.Combine(FolderOf(place), "replication");
    }
}
