using Godwit.Core.Journals;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Engine.Journal;

/// <summary>What the journal says, folded: where the migration stands and what it was told.</summary>
/// <remarks>Invariant: the same entries give the same state; nothing else is remembered between two lives of a
/// runner.</remarks>
public sealed class MigrationState
{
    private readonly Dictionary<int, List<Chunk>> _chunks = [];
    private readonly HashSet<(int Move, int Stream)> _chunked = [];
    private readonly Dictionary<(int Move, int Stream, int Index), ChunkDoneFact> _done = [];
    private readonly SortedDictionary<long, (MigrationCommand Command, DateTimeOffset At)> _open = [];

    /// <summary>Sequence of the last entry that was folded.</summary>
    public long Sequence { get; private set; }

    /// <summary>Null while nothing was planned.</summary>
    public string? Name { get; private set; }

    /// <summary>The migration file as it was when the migration was planned, before variables were filled in.</summary>
    public string? Text { get; private set; }

    public MigrationPhase Phase { get; private set; }

    /// <summary>Whether a person paused it.</summary>
    public bool Paused { get; private set; }

    /// <summary>What holds it up; null when nothing does.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>The route's epoch after the last switch; 0 before the first.</summary>
    public long Epoch { get; private set; }

    public TimeSpan? CutoverPause { get; private set; }

    public TimeSpan? RollbackPause { get; private set; }

    /// <summary>Of the last complete pass: equal, different or undecided; undecided before the first.</summary>
    public string LastVerdict { get; private set; } = "undecided";

    public int Passes { get; private set; }

    public long RecordsCopied { get; private set; }

    public long RecordsRepaired { get; private set; }

    public long LateWrites { get; private set; }

    /// <summary>Changes that found no record at the destination, where there had to be one.</summary>
    public long RecordsMissed { get; private set; }

    /// <summary>What the plan expected the copy to take.</summary>
    public TimeSpan EstimatedCopy { get; private set; }

    /// <summary>What the plan expected writers to be held up.</summary>
    public TimeSpan EstimatedPause { get; private set; }

    /// <summary>What the copy took, all moves together; zero before it was through.</summary>
    public TimeSpan CopyTime { get; private set; }

    /// <summary>Whether the last incremental run ended with everything proved equal.</summary>
    public bool Rested { get; private set; }

    /// <summary>Whether traffic has to be taken back, because the hook failed after it had gone over.</summary>
    internal bool MustRollBack => Phase == MigrationPhase.Guarding && Handoff is { HookFailed: true };

    /// <summary>Whether changes have flowed, and will again as soon as what was cut anew is copied.</summary>
    internal bool ComesBack { get; private set; }

    internal PlannedFact? Planned { get; private set; }

    internal HandoffFact? Handoff { get; private set; }

    internal HashSet<int> CopiedMoves { get; } = [];

    internal List<VerifiedUnit> Units { get; } = [];

    internal List<HeadFact> Heads { get; } = [];

    /// <summary>Commands that have no answer, the oldest first.</summary>
    internal IEnumerable<OpenCommand> OpenCommands =>
        _open.Select(one => new OpenCommand(one.Key, one.Value.Command, one.Value.At));

    /// <summary>The oldest command that has no answer; null when there is none.</summary>
    internal OpenCommand? OpenCommand => OpenCommands.FirstOrDefault();

    public static async Task<MigrationState> Read(IJournal journal, CancellationToken cancellation)
    {
        var state = new MigrationState();
        await state.Refresh(journal, cancellation);
        return state;
    }

    internal async Task Refresh(IJournal journal, CancellationToken cancellation)
    {
        foreach (var entry in await journal.ReadAfter(Sequence, cancellation))
            Fold(entry);
    }

    internal IReadOnlyList<Chunk> ChunksOf(int move) => _chunks.TryGetValue(move, out var chunks) ? chunks : [];

    /// <summary>Of one move, as far as the journal heard of it; the target's ledger may know more.</summary>
    internal IEnumerable<ChunkDoneFact> ChunksDone(int move) => _done.Values.Where(one => one.Move == move);

    internal bool IsChunked(int move, int stream) => _chunked.Contains((move, stream));

    internal void Fold(JournalEntry entry)
    {
        if (entry.Sequence <= Sequence)
            return;
        Sequence = entry.Sequence;
        switch (entry.Kind)
        {
            case FactKind.Planned: FoldPlanned(Facts.Read<PlannedFact>(entry.Payload)); break;
            case FactKind.Chunks: FoldChunks(Facts.Read<ChunksFact>(entry.Payload)); break;
            case FactKind.Copied: FoldCopied(Facts.Read<CopiedFact>(entry.Payload)); break;
            case FactKind.Phase: FoldPhase(Facts.Read<PhaseFact>(entry.Payload)); break;
            case FactKind.Command: FoldCommand(entry); break;
            case FactKind.Outcome: FoldOutcome(Facts.Read<OutcomeFact>(entry.Payload)); break;
            case FactKind.Handoff: FoldHandoff(Facts.Read<HandoffFact>(entry.Payload)); break;
            case FactKind.Problem: Problem = Facts.Read<ProblemFact>(entry.Payload).Problem; break;
            case FactKind.Verified: FoldVerified(Facts.Read<VerifiedFact>(entry.Payload)); break;
            case FactKind.Pass: FoldPass(Facts.Read<PassFact>(entry.Payload)); break;
            case FactKind.Repaired: RecordsRepaired += Facts.Read<RepairedFact>(entry.Payload).Records; break;
            case FactKind.LateWrites: LateWrites += Facts.Read<LateWritesFact>(entry.Payload).Count; break;
            case FactKind.Missed: RecordsMissed += Facts.Read<MissedFact>(entry.Payload).Count; break;
            case FactKind.Head: Heads.Add(Facts.Read<HeadFact>(entry.Payload)); break;
            case FactKind.Rested: Rested = Facts.Read<RestedFact>(entry.Payload).Clean; break;
            case FactKind.Recut: FoldRecut(Facts.Read<RecutFact>(entry.Payload)); break;
            case FactKind.ChunkDone: FoldChunkDone(Facts.Read<ChunkDoneFact>(entry.Payload)); break;
            case JournalHeader.Kind: break;
            default: throw EngineProblems.UnknownEntry(entry);
        }
    }

    private void FoldPlanned(PlannedFact planned)
    {
        (Planned, Name, Text, Phase) = (planned, planned.Name, planned.Text, MigrationPhase.Planned);
        EstimatedCopy = TimeSpan.FromSeconds(planned.Estimate.CopySeconds);
        EstimatedPause = TimeSpan.FromSeconds(planned.Estimate.PauseSeconds);
    }

    private void FoldPhase(PhaseFact fact)
    {
        Phase = fact.Phase;
        ComesBack &= Phase < MigrationPhase.CatchingUp;
    }

    /// <summary>What was proved of the moves as they were says nothing of those that there are; the new ones have to be
    /// prepared and copied, and the others are found to be so already.</summary>
    private void FoldRecut(RecutFact recut)
    {
        Planned = Planned! with { Moves = recut.Moves };
        (LastVerdict, Rested) = ("undecided", false);
        if (Phase > MigrationPhase.Preparing)
            (Phase, ComesBack) = (MigrationPhase.Preparing, ComesBack || Phase >= MigrationPhase.CatchingUp);
    }

    private void FoldChunks(ChunksFact fact)
    {
        if (!_chunks.TryGetValue(fact.Move, out var chunks))
            _chunks[fact.Move] = chunks = [];
        if (fact.Chunks.Count > 0 && fact.Chunks[0].Index == 0)
            chunks.RemoveAll(one => one.Stream == fact.Stream); // A split that was cut off begins anew.
        chunks.AddRange(fact.Chunks.Select(one => ChunkText.Read(fact.Stream, one)));
        if (fact.Last)
            _chunked.Add((fact.Move, fact.Stream));
    }

    private void FoldChunkDone(ChunkDoneFact done) => _done[(done.Move, done.Stream, done.Index)] = done;

    private void FoldCopied(CopiedFact copied)
    {
        if (!CopiedMoves.Add(copied.Move))
            return;
        RecordsCopied += copied.Records;
        CopyTime = TimeSpan.FromSeconds(Math.Max(CopyTime.TotalSeconds, copied.Seconds));
    }

    private void FoldCommand(JournalEntry entry) =>
        _open[entry.Sequence] = (Facts.Read<CommandFact>(entry.Payload).Command, entry.At);

    private void FoldOutcome(OutcomeFact outcome)
    {
        if (_open.Remove(outcome.Command, out var open) && outcome.Done)
            Paused = open.Command == MigrationCommand.Pause || (Paused && open.Command != MigrationCommand.Resume);
    }

    private void FoldHandoff(HandoffFact handoff)
    {
        Handoff = handoff;
        if (handoff.PauseMilliseconds is not { } pause)
            return;
        Epoch = handoff.Epoch;
        if (handoff.Direction == "forward")
            CutoverPause = TimeSpan.FromMilliseconds(pause);
        else
            RollbackPause = TimeSpan.FromMilliseconds(pause);
    }

    /// <summary>A difference that was proved is not forgotten because an earlier pass found none.</summary>
    private void FoldVerified(VerifiedFact verified)
    {
        Units.AddRange(verified.Units);
        if (verified.Units.Any(one => one.Verdict == "different"))
            LastVerdict = "different";
    }

    private void FoldPass(PassFact pass)
    {
        Passes++;
        LastVerdict = pass.Verdict;
    }
}
