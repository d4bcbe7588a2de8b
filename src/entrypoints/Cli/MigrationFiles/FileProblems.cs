using Godwit.Core.Problems;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Everything that can be wrong with a migration file. All of a file's are told at once.</summary>
internal sealed class FileProblems(string file)
{
    private readonly List<(int Line, Problem Problem)> _found = [];

    /// <summary>In the order of the lines.</summary>
    public IReadOnlyList<Problem> Found => [.. _found.OrderBy(one => one.Line).Select(one => one.Problem)];

    public int Count => _found.Count;

    public static GodwitException Unreadable(string file, string why, Exception cause) => new(new Problem(
        "GW-CLI-001",
        $"The migration file {Printable.Text(file)} cannot be read.",
        Printable.Text(why),
        "Check the path, or write a new file with 'godwit init FROM TO -o FILE'.",
        Recovery.Stop), cause);

    public static GodwitException NotYaml(string file, int line, string why, Exception? cause) => new(new Problem(
        "GW-CLI-002",
        $"{Printable.Text(file)}, line {line}: this is not a migration file.",
        Printable.Text(why),
        "Correct the line; docs/reference/migration-file.md shows a whole file.",
        Recovery.Stop), cause);

    public void UnknownKey(FileNode.Scalar key, string where, string? meant, IEnumerable<string> known) => Add(
        "GW-CLI-003", key.Line, $"'{Printable.Text(key.Text)}' is no key of {where}.",
        $"Known are {string.Join(", ", known)}.",
        meant is null ? "Remove it." : $"Did you mean '{meant}'?");

    public void WrongValue(int line, string key, string found, string wanted) => Add(
        "GW-CLI-004", line, $"'{key}' cannot be {Printable.Text(found)}.", $"It has to be {wanted}.",
        "Correct the value.");

    public void TwiceGiven(FileNode.Scalar key, string where, int first) => Add(
        "GW-CLI-005", key.Line, $"'{Printable.Text(key.Text)}' is given twice in {where}.",
        $"It was given in line {first} already.", "Remove one of the two.");

    public void Missing(int line, string key, string where, string example) => Add(
        "GW-CLI-006", line, $"{where} has no '{key}'.", "It cannot be guessed.", $"Add '{example}'.");

    public void BadName(int line, string name) => Add(
        "GW-CLI-007", line, $"'{Printable.Text(name)}' cannot be the name of a migration.",
        "A name has letters, digits, '.', '-' and '_', begins with a letter or digit and has at most 64 characters.",
        "Choose another name.");

    public void Unset(int line, string variable) => Add(
        "GW-CLI-008", line, $"The variable {Printable.Text(variable)} is not set.",
        $"The file says ${{{Printable.Text(variable)}}}, and the environment has no such variable.",
        $"Set it: export {Printable.Text(variable)}=…");

    public void SecretUnreadable(int line, string path, string why) => Add(
        "GW-CLI-009", line, $"The file {Printable.Text(path)} cannot be read.", Printable.Text(why),
        "Correct the path after '${file:', or make the file readable.");

    public void UnknownScheme(int line, string address, string? meant, IEnumerable<string> known) => Add(
        "GW-CLI-010", line, $"Nothing is known about '{Printable.Text(address)}'.",
        $"An address begins with one of {string.Join(", ", known.Select(one => one + ":"))}.",
        meant is null ? "Correct the address." : $"Did you mean '{meant}:'?");

    public void NotBuilt(int line, string what, IEnumerable<string> built) => Add(
        "GW-CLI-011", line, $"{what} cannot be moved by this version.",
        $"It moves {string.Join(" and ", built.Select(one => one + ":"))} only.",
        "Leave this move out, or wait for a version that has it.");

    public void SourceIsTarget(int line, string address) => Add(
        "GW-CLI-012", line, $"'{Printable.Text(address)}' is both source and target.",
        "A move needs two places.", "Correct 'from' or 'to'.");

    public void SameTarget(int line, string address, int first) => Add(
        "GW-CLI-013", line, $"Two moves go to '{Printable.Text(address)}'.",
        $"The move in line {first} goes there already; they would write over each other.",
        "Give one of them another target.");

    public void PlainPassword(int line) => Add(
        "GW-CLI-014", line, "The address holds a password in plain text.",
        "The file's text is kept in the journal, and a secret must not be.",
        "Write ${PASSWORD} instead and set that variable, or ${file:PATH}.");

    public void TenantMissing(int line, string what) => Add(
        "GW-CLI-015", line, $"{what} needs a tenant, and the file names none.",
        "Without a tenant everything that is selected is moved.", "Add 'tenant: { id: … }', or remove it.");

    public void TargetIsSource(int line, string address, int other) => Add(
        "GW-CLI-016", line, $"'{Printable.Text(address)}' is the target of one move and the source of another.",
        $"The move in line {other} reads there while this one writes.",
        "Make two migrations of it and run one after the other.");

    public void BadTenant(int line, string tenant, string why) => Add(
        "GW-CLI-017", line, $"'{Printable.Text(tenant)}' cannot be a tenant's id here.", why,
        "Correct the id, or leave {tenant} out of the addresses.");

    private void Add(string code, int line, string what, string why, string remedy) => _found.Add((line, new Problem(
        code, line == 0 ? what : $"{Printable.Text(file)}, line {line}: {what}", why, remedy, Recovery.Stop)));
}
