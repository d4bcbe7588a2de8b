using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Verifying;

/// <summary>Compares everything of all moves once, range by range, while changes flow.</summary>
/// <remarks>Several ranges of a move are in work at once, since one side often waits for the other; what was found is
/// noted in the order of the ranges.</remarks>
/// <param name="parallel">How many ranges of one move at most; null: as many as both sides are able to.</param>
internal sealed class VerificationPass(
    IReadOnlyList<Follower> followers, MigrationJournal journal, Recoverer recoverer, TimeProvider clock,
    int? parallel, Action<int, int> progress)
{
    private const int UnitsPerEntry = 200;

    private readonly List<VerifiedUnit> _units = [];
    private readonly List<RecordDifference> _sample = [];
    private readonly int[] _verdicts = new int[3];
    private int _done;
    private long _records, _different, _undecided;

    /// <summary>Keys that were proved different, by follower; for repair.</summary>
    internal List<(Follower Follower, ScopedStream Stream, IReadOnlyList<Key> Keys)> Different { get; } = [];

    internal async Task<PassResult> Run(CancellationToken cancellation)
    {
        var ranges = followers.Sum(one => one.Lane.Chunks.Count);
        progress(0, ranges);
        foreach (var follower in followers)
            await Run(follower, ranges, cancellation);
        await WriteUnits(0, cancellation);
        var result = new PassResult(
            ranges, _verdicts[(int)Verdict.Equal], _verdicts[(int)Verdict.Undecided],
            _verdicts[(int)Verdict.Different], _records, _different, _undecided, _sample);
        await journal.Append(
            FactKind.Pass,
            new PassFact(
                result.Ranges, result.Equal, result.Undecided, result.Different, result.Records,
                Name(result.Verdict)),
            cancellation);
        return result;
    }

    private async Task Run(Follower follower, int ranges, CancellationToken cancellation)
    {
        var began = follower.Ledger.Now;
        var suspects = new HashSet<(int, Key)>();
        var verifier = new RangeVerifier(follower, new RecordVerifier(follower, clock));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var inWork = new Queue<(Chunk Chunk, Task<RangeResult> Result)>();
        async Task NoteNext()
        {
            var (chunk, result) = inWork.Peek();
            await Note(
                follower, chunk, follower.Lane.Streams[chunk.Stream], await result, suspects, cancellation);
            inWork.Dequeue();
            progress(++_done, ranges);
        }
        try
        {
            foreach (var chunk in follower.Lane.Chunks)
            {
                if (inWork.Count == AtOnce(follower.Lane.Ports))
                    await NoteNext();
                var stream = follower.Lane.Streams[chunk.Stream];
                inWork.Enqueue((
                    chunk, recoverer.Do(token => verifier.Verify(stream, chunk.Range, token), over.Token)));
            }
            while (inWork.Count > 0)
                await NoteNext();
        }
        finally
        {
            await WorkGroup.End(over, inWork.Select(one => one.Result));
        }
        follower.Ledger.PassThrough(began, suspects);
    }

    private int AtOnce(MovePorts ports) => Math.Max(
        1, parallel ?? Math.Min(ports.From.Abilities.Writers, ports.To.Abilities.Writers));

    private async Task Note(
        Follower follower, Chunk chunk, ScopedStream stream, RangeResult result, HashSet<(int, Key)> suspects,
        CancellationToken cancellation)
    {
        _verdicts[(int)result.Verdict]++;
        _records += result.Origin.Count;
        _different += result.Different.Count;
        _undecided += result.Undecided.Count;
        foreach (var key in result.Different.Concat(result.Undecided))
        {
            suspects.Add((stream.Number, key));
            follower.Ledger.Suspect(stream.Number, key);
        }
        if (result.Different.Count > 0)
        {
            Different.Add((follower, stream, result.Different));
            if (_sample.Count < DifferenceShower.Most)
                _sample.AddRange(await recoverer.Do(
                    token => new DifferenceShower(follower).Show(stream, result.Different, token), cancellation));
        }
        _units.Add(Unit(follower, $"chunk {chunk.Index}", stream.Schema.Name, result));
        await WriteUnits(UnitsPerEntry, cancellation);
    }

    private VerifiedUnit Unit(Follower follower, string unit, string stream, RangeResult result) => new(
        follower.Lane.Name, stream, unit, result.Origin.Count, result.Origin.ToString(),
        result.Destination.ToString(), follower.Reached?.ToString() ?? "", Name(result.Verdict),
        Moment.Text(clock.GetUtcNow()));

    private async Task WriteUnits(int atLeast, CancellationToken cancellation)
    {
        if (_units.Count == 0 || _units.Count < atLeast)
            return;
        await journal.Append(FactKind.Verified, new VerifiedFact([.. _units]), cancellation);
        _units.Clear();
    }

    internal static string Name(Verdict verdict) => verdict switch
    {
        Verdict.Equal => "equal",
        Verdict.Different => "different",
        Verdict.Undecided => "undecided",
        _ => throw new InvalidOperationException($"Verdict {verdict}."),
    };
}
