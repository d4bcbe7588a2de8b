using Godwit.Core.Stores;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Following;

/// <summary>Tells that changes found no record at the destination, where there had to be one.</summary>
/// <remarks>The records themselves are written whole. What else is missing only a look at everything shows: so the move
/// is not equal until a pass that begins after the alarm is through.</remarks>
internal sealed class MissAlarm(int move, MigrationJournal journal, TimeProvider clock)
{
    private const int Sample = 20;

    /// <summary>A stream that was emptied by somebody is told of now and then, not for each batch.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long Count, IReadOnlyList<string> Sample)> _untold = [];
    private long? _told;

    internal async Task Sound(
        IReadOnlyList<MissedRecords> missed, TouchedLedger ledger, CancellationToken cancellation)
    {
        ledger.LoseTrack();
        foreach (var one in missed)
        {
            var (count, sample) = _untold.GetValueOrDefault(one.Stream, (0, []));
            _untold[one.Stream] = (count + one.Count, [.. sample.Concat(one.Sample).Take(Sample)]);
        }
        if (_told is { } told && clock.GetElapsedTime(told) < Interval)
            return;
        _told = clock.GetTimestamp();
        foreach (var (stream, (count, sample)) in _untold)
        {
            await journal.Append(
                FactKind.Missed, new MissedFact(move, stream, count, sample), cancellation);
            await journal.Report(EngineProblems.FoundNoRecord(stream, count, sample), cancellation);
        }
        _untold.Clear();
    }
}
