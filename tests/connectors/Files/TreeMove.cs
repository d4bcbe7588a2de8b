using System.Text;
using Godwit.Connectors.Files;
using Godwit.Core.Changes;
using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

/// <summary>Two directories of one test, and a move between them done step by step.</summary>
internal sealed class TreeMove : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly List<IStore> _open = [];
    private long? _bytesPerSecond;

    private TreeMove(DirectoryInfo folder) => _folder = folder;

    public Tree From { get; private set; } = null!;

    public Tree To { get; private set; } = null!;

    public IStore Source { get; private set; } = null!;

    public IStore Target { get; private set; } = null!;

    public ScopedStream Stream { get; private set; } = null!;

    public static CancellationToken Never => CancellationToken.None;

    /// <param name="place">Where the two directories are made; null for the place of temporary files.</param>
    public static async Task<TreeMove> Begin(string? place = null)
    {
        var folder = place is null
            ? Directory.CreateTempSubdirectory("godwit-files-")
            : Directory.CreateDirectory(Path.Combine(place, $"godwit-files-{Guid.NewGuid():n}"));
        var move = new TreeMove(folder);
        move.From = new Tree(Path.Combine(folder.FullName, "from"));
        move.To = new Tree(Path.Combine(folder.FullName, "to"));
        move.From.Directory("");
        await move.Open();
        return move;
    }

    /// <summary>Closes both stores and opens them again, as after a restart.</summary>
    /// <param name="bytesPerSecond">A limit from here on.</param>
    public async Task Restart(long? bytesPerSecond = null)
    {
        _bytesPerSecond = bytesPerSecond;
        foreach (var store in _open)
            await store.DisposeAsync();
        _open.Clear();
        await Open();
    }

    public Task Prepare() => Prepare(Source, Target);

    public async Task Prepare(IStore source, IStore target)
    {
        await source.Changes.Prepare([Stream], Never);
        await source.Fence.Prepare([Stream], Never);
        await target.Target.Prepare([Stream], SchemaModel.None("files"), Never);
    }

    public async Task<List<Chunk>> Split(ChunkSize? size = null)
    {
        var chunks = new List<Chunk>();
        await foreach (var chunk in Source.Snapshot.Split(Stream, size ?? Source.Abilities.ChunkSize, Never))
            chunks.Add(chunk);
        return chunks;
    }

    /// <summary>Prepares both sides and copies everything.</summary>
    public async Task Copy(ChunkSize? size = null)
    {
        await Prepare();
        var done = new List<ChunkDone>();
        foreach (var chunk in await Split(size))
            done.Add(await Write(chunk));
        await Target.Target.StartAt(done.Min(one => one.Visibility.SeenThrough), Never);
    }

    public async Task<ChunkDone> Write(Chunk chunk)
    {
        await using var read = await Source.Snapshot.Read(Stream, chunk.Range, Never);
        return await Target.Target.WriteChunk(Stream, chunk, read, Never);
    }

    /// <summary>As if a copy had found the file changed.</summary>
    public void RetouchSource(string path) => ((FilesStore)Source).Session.Retouch(Encoding.UTF8.GetBytes(path));

    public Task<DrainOutcome> Drain() => Drain(Source, Target);

    /// <summary>Follows until everything has arrived that happened before the call.</summary>
    public static async Task<DrainOutcome> Drain(IStore source, IStore target) =>
        await DrainTo(await source.Changes.Mark(Never), source, target);

    public static async Task<DrainOutcome> DrainTo(Position mark, IStore source, IStore target)
    {
        var outcome = new DrainOutcome();
        for (var reached = await Reached(target); reached < mark;)
        {
            await using var batch = await source.Changes.Next(reached, TimeSpan.FromSeconds(5), Never);
            if (batch is null)
                continue;
            outcome.Add(batch, await target.Target.Apply(batch, ApplyReason.Following, Never));
            reached = batch.Reached;
            Assert.Equal(reached, await Reached(target));
        }
        return outcome;
    }

    public static async Task<Position> Reached(IStore target) =>
        await target.Target.Reached(Never) ?? throw new InvalidOperationException("Nothing was reached.");

    public async Task AssertEqual()
    {
        var (here, there) = (await Digest(Source), await Digest(Target));
        if (here != there)
            Assert.Fail($"{await Differences()}");
        Assert.Equal(From.Listing(), To.Listing());
    }

    public Task<RangeDigest> Digest(IStore store) => store.Digest.Digest(Stream, KeyRange.All, Never);

    public static RecordBatch Keys(params string[] paths)
    {
        var keys = new RecordBatch(1);
        foreach (var path in paths)
        {
            keys.AppendBytes(Encoding.UTF8.GetBytes(path));
            keys.EndRecord();
        }
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
            await store.DisposeAsync();
        Tree.RemoveAll(_folder.FullName);
    }

    private async Task Open()
    {
        Source = await Open(From, To, StoreRole.Source);
        Target = await Open(To, From, StoreRole.Target);
        Stream = ScopedStream.Everything(0, (await Source.Catalog.Read(Never)).Streams.Single());
    }

    private async Task<IStore> Open(Tree here, Tree there, StoreRole role)
    {
        var store = await new FilesConnector().Open(
            Opening(here, there) with { BytesPerSecond = _bytesPerSecond }, role, Never);
        _open.Add(store);
        return store;
    }

    public static StoreOpening Opening(Tree here, Tree there) => new()
    {
        Address = "file://" + here.Path,
        Shown = "file://" + here.Path,
        Migration = "test",
        Mark = "0badcafe",
        Elsewhere = there.Path,
        Peer = "file://" + there.Path,
        Clock = TimeProvider.System,
        Chance = () => 0.5,
    };

    private async Task<string> Differences()
    {
        using var here = await Source.Digest.List(Stream, KeyRange.All, Never);
        using var there = await Target.Digest.List(Stream, KeyRange.All, Never);
        var (left, right) = (Table(here), Table(there));
        var keys = left.Keys.Union(right.Keys)
            .Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key));
        return "Different: " + string.Join(", ", keys);
    }

    private static Dictionary<string, ulong> Table(KeyDigests list)
    {
        var table = new Dictionary<string, ulong>();
        for (var i = 0; i < list.Keys.Count; i++)
            table.Add(FilesProblems.Name(list.Keys.BytesAt(i, 0)), list.Digests[i]);
        return table;
    }

    /// <summary>What a drain told and did.</summary>
    internal sealed class DrainOutcome
    {
        public HashSet<string> Touched { get; } = [];

        public long Written { get; private set; }

        public long Deleted { get; private set; }

        public void Add(ChangeBatch batch, ApplyOutcome outcome)
        {
            foreach (var touched in batch.Touched)
            {
                for (var i = 0; i < touched.Keys.Count; i++)
                    Touched.Add(FilesProblems.Name(touched.Keys.BytesAt(i, 0)));
            }
            (Written, Deleted) = (Written + outcome.Written, Deleted + outcome.Deleted);
        }
    }
}
