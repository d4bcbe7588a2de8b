using System.Text.Json.Nodes;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>Pictures and states as JSON; docs/reference/json.md lists the fields.</summary>
internal static class ProgressJson
{
    public static JsonObject Of(MigrationProgress progress) => new()
    {
        ["migration"] = progress.Name,
        ["phase"] = Phase(progress.Phase),
        ["paused"] = progress.Paused,
        ["epoch"] = progress.Epoch,
        ["problem"] = progress.Problem is null ? null : Report.Json(progress.Problem),
        ["moves"] = new JsonArray([.. progress.Moves.Select(Of)]),
        ["verification"] = new JsonObject
        {
            ["verdict"] = Lower(progress.Verification.Verdict),
            ["passes"] = progress.Verification.Passes,
            ["ranges_done"] = progress.Verification.RangesDone,
            ["ranges"] = progress.Verification.Ranges,
            ["waiting"] = progress.Verification.Waiting,
            ["repaired"] = progress.Verification.Repaired,
        },
        ["cutover_pause_ms"] = progress.CutoverPause?.TotalMilliseconds,
        ["rollback_pause_ms"] = progress.RollbackPause?.TotalMilliseconds,
    };

    public static JsonObject Of(MigrationState state) => new()
    {
        ["migration"] = state.Name,
        ["phase"] = Phase(state.Phase),
        ["paused"] = state.Paused,
        ["epoch"] = state.Epoch,
        ["problem"] = state.Problem is null ? null : Report.Json(state.Problem),
        ["verdict"] = state.LastVerdict,
        ["passes"] = state.Passes,
        ["records_copied"] = state.RecordsCopied,
        ["records_repaired"] = state.RecordsRepaired,
        ["late_writes"] = state.LateWrites,
        ["records_missed"] = state.RecordsMissed,
        ["estimated"] = new JsonObject
        {
            ["copy_ms"] = state.EstimatedCopy.TotalMilliseconds,
            ["pause_ms"] = state.EstimatedPause.TotalMilliseconds,
        },
        ["copy_ms"] = state.CopyTime == TimeSpan.Zero ? null : state.CopyTime.TotalMilliseconds,
        ["cutover_pause_ms"] = state.CutoverPause?.TotalMilliseconds,
        ["rollback_pause_ms"] = state.RollbackPause?.TotalMilliseconds,
    };

    /// <summary>The phase as programs see it: <c>catching_up</c>.</summary>
    public static string Phase(MigrationPhase phase) => PhaseName.Of(phase).Replace(' ', '_');

    private static JsonObject Of(MoveProgress move) => new()
    {
        ["from"] = move.From,
        ["to"] = move.To,
        ["lag_ms"] = move.Lag?.TotalMilliseconds,
        ["changes_applied"] = move.ChangesApplied,
        ["late_writes"] = move.LateWrites,
        ["streams"] = new JsonArray([.. move.Streams.Select(Of)]),
    };

    private static JsonObject Of(StreamProgress stream) => new()
    {
        ["name"] = stream.Name,
        ["scope"] = stream.Scope,
        ["chunks"] = stream.Chunks,
        ["chunks_done"] = stream.ChunksDone,
        ["records"] = stream.Records,
        ["records_done"] = stream.RecordsDone,
        ["bytes"] = stream.Bytes,
        ["bytes_done"] = stream.BytesDone,
    };

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}
