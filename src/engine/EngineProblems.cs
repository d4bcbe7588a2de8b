using Godwit.Core.Journals;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Engine;

/// <summary>Problems that the engine itself finds.</summary>
internal static class EngineProblems
{
    internal static GodwitException UnknownEntry(JournalEntry entry) => Of(
        "GW-ENG-001",
        $"This version does not know the journal's entry {entry.Sequence}, of kind '{Printable.Text(entry.Kind)}'.",
        "It was probably written by a newer version.",
        "Run this migration with the version that began it, or with a newer one.");

    internal static GodwitException Unclassified(string move, IEnumerable<string> streams) => Of(
        "GW-ENG-002",
        $"No path leads from the tenant to: {string.Join(", ", streams)} ({move}).",
        "A table without the tenant column, and without a foreign key to a table that has it, belongs to nobody.",
        "List each under tables.reference (compared, never changed) or tables.exclude in the migration file.");

    internal static GodwitException NothingSelected(string move) => Of(
        "GW-ENG-003",
        $"Nothing is selected to be moved ({move}).",
        "No table matches tables.include, or all that do are excluded.",
        "Run 'godwit check FILE' to see the names, and correct tables.include and tables.exclude.");

    internal static Problem NoSuchTenant(string tenant) => new(
        "GW-ENG-004",
        $"The tenant {tenant} has no record at any source.",
        "The id is wrong, or the tenant column or the addresses are.",
        "Correct tenant.id, tables.tenant_column or moves in the migration file.",
        Recovery.Stop);

    internal static Problem ReferenceDiffers(string stream, string source, string target) => new(
        "GW-ENG-005",
        $"The reference table {stream} differs: {source} at the source, {target} at the target (count:sum:xor).",
        "Rows of the tenant may refer to rows that the target lacks or holds with another meaning.",
        "Make both equal, or list it under tables.exclude if nothing of the tenant refers to it.",
        Recovery.Stop);

    internal static GodwitException NoTenantColumn(string move) => Of(
        "GW-ENG-006",
        $"The tenant cannot be told apart: tables.tenant_column is not set ({move}).",
        "Without it no row can be said to belong to the tenant.",
        "Set tables.tenant_column in the migration file to the column that holds the tenant's id.");

    internal static GodwitException UnlikeStores(string move, string from, string to) => Of(
        "GW-ENG-007",
        $"A {from} store cannot be moved to a {to} store ({move}).",
        "There is no mapping between the two.",
        "Choose two stores of the same family.");

    internal static GodwitException PlanChanged(string what) => Of(
        "GW-ENG-008",
        $"The plan no longer fits what the source holds: {what}.",
        "A table was added, dropped or altered since the migration was planned.",
        "Undo the change at the source, or 'godwit abort NAME' and begin anew.");

    internal static GodwitException OtherMigration(string journal, string asked) => Of(
        "GW-ENG-009",
        $"The journal belongs to the migration '{Printable.Text(journal)}', not to '{Printable.Text(asked)}'.",
        "The state directory was copied or renamed, or the file's name was changed.",
        "Use the state directory of this migration, or another --state.");

    internal static GodwitException FileChanged() => Of(
        "GW-ENG-010",
        "The migration file is not the one that this migration was planned with.",
        "It was edited since; what is already copied would no longer fit.",
        "Restore the file, or 'godwit abort NAME' and begin anew.");

    internal static Problem NotReady(string why) => new(
        "GW-ENG-011",
        "Not ready to hand traffic over; nothing was changed.",
        why,
        "Look at 'godwit status NAME' and try again.",
        Recovery.Retry);

    internal static Problem Undone(string step, string why) => new(
        "GW-ENG-012",
        $"The handover was undone in the step '{step}'; traffic stays where it was, nothing is lost.",
        why,
        "Look at 'godwit status NAME' and try again; a longer cutover.max_pause gives it more time.",
        Recovery.Retry);

    /// <remarks>Too early is not wrong: the same command works later.</remarks>
    internal static Problem WrongPhase(MigrationCommand command, MigrationPhase phase, bool paused) => new(
        "GW-ENG-013",
        $"'{PhaseName.Of(command)}' is not possible while the migration is "
            + $"{(paused ? "paused" : PhaseName.Of(phase))}.",
        "Each command belongs to certain phases.",
        "Look at 'godwit status NAME' for where it stands.",
        command == MigrationCommand.Cutover && (paused || phase < MigrationPhase.Following)
            ? Recovery.Retry
            : Recovery.Stop);

    internal static Problem TooDifferent(long records, int limit) => new(
        "GW-ENG-014",
        $"{records} records were proved different, more than the {limit} that are repaired by themselves.",
        "Somebody else writes to the target, or something is wrong with the capture of changes.",
        "Find the cause ('godwit verify NAME' shows the records), then 'godwit resume NAME' to repair the next ones.",
        Recovery.Pause);

    internal static Problem Different(long records) => new(
        "GW-ENG-015",
        $"{records} records differ between source and target.",
        "They were proved different while they stood still.",
        "The running migration repairs them; if they come back, find who else writes to the target.",
        Recovery.Pause);

    internal static Problem HookFailed(Problem cause) => new(
        "GW-ENG-016",
        $"The hook failed after the switch, so traffic is taken back. {cause.What}",
        cause.Why,
        cause.Remedy,
        Recovery.Retry);

    internal static Problem StillUndecided(long records) => new(
        "GW-ENG-017",
        $"{records} records could not be decided: they are written to without a pause, or the target lags.",
        "A record is only judged while it stands still.",
        "Run 'godwit verify NAME' again; the cutover judges them under the fence in any case.",
        Recovery.Retry);

    internal static Problem Unexpected(string kind) => new(
        "GW-ENG-018",
        $"The run met something that it does not know: {kind}.",
        "This is a fault in Godwit; what was moved so far is safe and the run can be gone on with.",
        "Run the command again; if it comes back, report it with the journal's last entries.",
        Recovery.Stop);

    internal static GodwitException NothingPlanned() => Of(
        "GW-ENG-019",
        "There is nothing to write a receipt of.",
        "The migration was not planned yet.",
        "Run it first: 'godwit run FILE'.");

    internal static Problem ReceiptUnreadable(string why) => new(
        "GW-ENG-020",
        "The file is no receipt that can be read.",
        why,
        "Get the receipt again from where it was written: 'godwit receipt NAME -o FILE'.",
        Recovery.Stop);

    internal static Problem ReceiptOfAnotherKey() => new(
        "GW-ENG-021",
        "The receipt was signed with another key than the one expected.",
        "It comes from another installation, or somebody made it up.",
        "Ask whoever gave you the receipt for the public key of the installation that ran the migration.",
        Recovery.Stop);

    internal static Problem ReceiptChanged(string part) => new(
        "GW-ENG-022",
        $"The receipt was changed after it was signed: {part} does not verify.",
        "Hashes or signatures do not fit what the file says.",
        "Do not rely on it. Get it again from where it was written: 'godwit receipt NAME -o FILE'.",
        Recovery.Stop);

    internal static Problem NoCapture(string store) => new(
        "GW-ENG-023",
        $"{store} cannot tell what changes there.",
        "Records that change during the copy, or after the cutover, would be lost.",
        "Choose another store, or stop all writers and copy it with the store's own tools.",
        Recovery.Stop);

    internal static Problem NoFence(string store) => new(
        "GW-ENG-024",
        $"{store} has no means to hold back writers.",
        "Writes that come during a cutover would be lost.",
        "Set mode: full or mode: incremental in the migration file, and switch traffic yourself.",
        Recovery.Stop);

    internal static Problem NoPlainOrder(string store) => new(
        "GW-ENG-025",
        $"{store} tells changes as images, but does not order keys by their bytes.",
        "Whether a change is older than the copy of its record could not be decided.",
        "This is a fault of the connector: report it.",
        Recovery.Stop);

    internal static Problem PlanOutgrown(IEnumerable<string> streams) => new(
        "GW-ENG-026",
        $"The source has more than was planned: {string.Join(", ", streams.Take(10))}.",
        "It was made after the migration had been planned, so it was not moved. Traffic was not touched.",
        "If it may stay behind, give the same command again. Otherwise: godwit abort, then godwit run with all of it.",
        Recovery.Retry);

    internal static Problem FoundNoRecord(string stream, long count, IReadOnlyList<string> sample) => new(
        "GW-ENG-029",
        $"{count} changes of {stream} found no record at the target, where there had to be one"
        + $"{(sample.Count > 0 ? $": {string.Join(", ", sample.Take(5))}" : "")}.",
        "Somebody else deletes at the target, or something was lost. The records were written whole; nothing is called"
        + " equal until a pass over everything is through.",
        "Find out who writes to the target, then: godwit resume NAME",
        Recovery.Retry);

    internal static Problem GaveUp(Problem last, int tries) => last with
    {
        What = tries == 0 ? last.What : $"{last.What} (tried {tries + 1} times)",
        Recovery = Recovery.Pause,
    };

    private static GodwitException Of(string code, string what, string why, string remedy) =>
        new(new Problem(code, what, why, remedy, Recovery.Stop));

    internal static Problem OneWay(string target) => new(
        "GW-ENG-027",
        $"{target} is kept in step for good; traffic cannot be handed over to it.",
        "It holds what the source holds in another form, and nothing flows back from there.",
        "Let the migration run on, or end it with: godwit finish NAME",
        Recovery.Stop);

    internal static Problem GaveWay(MigrationCommand command, MigrationCommand later) => new(
        "GW-ENG-028",
        $"'{PhaseName.Of(command)}' was given up, because '{PhaseName.Of(later)}' was given after it.",
        "A command that waits does not keep later ones waiting.",
        $"If it is still wanted, give it again: godwit {PhaseName.Of(command)} NAME",
        Recovery.Retry);
}
