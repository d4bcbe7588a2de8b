using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Planning;

namespace Godwit.Tests.Engine;

public sealed class EstimatingACopy
{
    private const int RecordsPerBatch = 10_000;

    [Fact]
    public async Task A_stream_without_an_end_is_looked_at_and_left()
    {
        await using var store = new EndlessStore(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        await Estimate(store, RecordsPerBatch);
        Assert.InRange(store.Batches, 2, 10);
        Assert.InRange(store.KeysDigested, 1, 1000);
        Assert.True(store.IsLeft);
    }

    [Fact]
    public async Task A_slow_store_is_left_after_a_moment()
    {
        await using var store = new EndlessStore(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await Estimate(store, RecordsPerBatch);
        Assert.Equal(2, store.Batches);
    }

    [Fact]
    public async Task How_long_a_store_takes_to_get_going_does_not_count_for_all_its_records()
    {
        await using var store = new EndlessStore(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));
        var small = await Estimate(store, RecordsPerBatch);
        await using var other = new EndlessStore(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        Assert.Equal((await Estimate(other, RecordsPerBatch)).Copy, small.Copy);
    }

    [Fact]
    public async Task Ten_times_as_many_records_take_ten_times_as_long()
    {
        await using var store = new EndlessStore(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));
        var (one, ten) = (await Estimate(store, RecordsPerBatch), await Estimate(store, 10 * RecordsPerBatch));
        Assert.InRange(ten.Copy / one.Copy, 9.9, 10.1);
    }

    private static Task<PlanEstimate> Estimate(EndlessStore store, long records)
    {
        var stream = ScopedStream.Everything(
            0, new StreamSchema { Name = "t", Columns = [new ColumnSchema("id", "integer", false)], KeyColumns = [0] });
        var plan = new MovePlan("a", "b", [stream], [new Chunk(0, 0, KeyRange.All, records, 100 * records)]);
        var ports = new MovePorts(new MoveDefinition { From = "a", To = "b" }, store, store);
        return Planner.Estimate(new MigrationPlan([plan]), [ports], store.Clock, default);
    }

    /// <summary>Takes a time that is known for its first batch and for each further one, and never ends.</summary>
    private sealed class EndlessStore(TimeSpan first, TimeSpan further) : IStore, ISnapshotSource, IDigest, IChunkRead
    {
        private readonly SetClock _clock = new();

        public TimeProvider Clock => _clock;

        public int Batches { get; private set; }

        public int KeysDigested { get; private set; }

        public bool IsLeft { get; private set; }

        public string Address => "endless";

        public Abilities Abilities => new()
        {
            Changes = ChangeCapture.TouchedKeys, Fence = FenceStrength.None, AtomicApply = true, Family = "endless",
        };

        public ISnapshotSource Snapshot => this;

        public IDigest Digest => this;

        public Visibility Visibility => Visibility.UpTo(default);

        public ICatalog Catalog => throw new NotSupportedException();

        public IChangeSource Changes => throw new NotSupportedException();

        public ITarget Target => throw new NotSupportedException();

        public IFence Fence => throw new NotSupportedException();

        public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
            ValueTask.FromResult<IChunkRead>(this);

        async IAsyncEnumerable<RecordBatch> IChunkRead.Batches([EnumeratorCancellation] CancellationToken cancellation)
        {
            try
            {
                for (Batches = 1; ; Batches++)
                {
                    Assert.InRange(Batches, 1, 1000);
                    await Task.Yield();
                    _clock.Now += Batches == 1 ? first : further;
                    yield return Batch();
                }
            }
            finally
            {
                IsLeft = true;
            }
        }

        public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
        {
            KeysDigested += keys.Count;
            return Task.FromResult(new KeyDigests(new RecordBatch(1), []));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public IAsyncEnumerable<Chunk> Split(ScopedStream stream, ChunkSize size, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ValueTask<ChangeBatch> ReadKeys(
            ScopedStream stream, RecordBatch keys, CancellationToken cancellation) => throw new NotSupportedException();

        Task<RangeDigest> IDigest.Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
            throw new NotSupportedException();

        private static RecordBatch Batch()
        {
            var batch = new RecordBatch(1);
            for (var i = 0; i < RecordsPerBatch; i++)
            {
                batch.AppendInteger(i);
                batch.EndRecord();
            }
            return batch;
        }
    }

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
