using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Cli.MigrationFiles;
using Godwit.Core.Stores;

namespace Godwit.Cli.Commands;

/// <summary>Drafts a migration file from two catalogs; guesses are marked as such.</summary>
/// <remarks>Into a target without the tables everything moves, and the file runs as it is; what is known of tenants is
/// proposed as a comment. Where the tables are there already others live in them, so one tenant is asked for.</remarks>
internal static class DraftFile
{
    private static readonly string[] TenantNames =
    [
        "tenant_id", "tenant", "account_id", "organization_id", "organisation_id", "org_id", "customer_id",
        "company_id", "workspace_id", "team_id", "client_id", "project_id", "site_id", "shop_id",
    ];

    public static string Of(Address from, Address to, Catalog source, Catalog target)
    {
        var text = new StringBuilder();
        text.AppendLine("# A migration file; docs/reference/migration-file.md explains every line.");
        text.AppendLine($"migration: {Name(from, to)}");
        text.AppendLine();
        var isCache = IsCache(from);
        var column = from.Scheme == "file" || isCache || from.IsBroker ? null : TenantColumn(source);
        var isShared = isCache ? target.Streams.Any(one => one.EstimatedRecords > 0) : IsShared(source, target);
        text.AppendLine("# Whose data is moved. Leave it out to move everything that is selected.");
        text.AppendLine((column is null && !isCache) || !isShared
            ? "# tenant: { id: 42 }"
            : "tenant: { id: 42 }   # change this");
        text.AppendLine();
        text.AppendLine("# full: copy and end. incremental: bring what changed since the last run. hybrid: follow.");
        text.AppendLine("mode: hybrid");
        text.AppendLine();
        text.AppendLine("moves:");
        text.AppendLine($"  - from: {Quoted(from.Shown)}");
        text.AppendLine($"    to: {Quoted(to.Shown)}");
        if (from.IsBroker)
            AppendQueues(text, source);
        else if (isCache)
            AppendKeys(text, source, isShared ? "" : "# ");
        else if (IsCache(to))
            AppendRows(text, source);
        else if (from.Scheme != "file")
            AppendTables(text, source, target, column, isShared ? "" : "# ");
        text.AppendLine();
        text.AppendLine("# Where applications look up where the data is; replaced atomically at the cutover.");
        text.AppendLine("# route: { file: /etc/shop/routes.json }");
        text.AppendLine();
        text.AppendLine("# cutover: { max_pause: 5s, max_lag: 1s, hook: [\"/usr/local/bin/on-cutover\"] }");
        text.AppendLine("# limits: { parallel: auto, bytes_per_second: 50MB }");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static bool IsCache(Address address) => address.Scheme is "redis" or "rediss";

    /// <param name="text">Gets the lines.</param>
    /// <param name="source">A key space.</param>
    /// <param name="proposal">What stands before the pattern: nothing, or a comment's sign.</param>
    private static void AppendKeys(StringBuilder text, Catalog source, string proposal)
    {
        text.AppendLine($"    {proposal}keys: [\"t:{{tenant}}:*\"]   # what a tenant's keys begin with; else all");
        text.AppendLine("    # fence: { acl_user: app }   # the application's user, if each tenant has one of its own");
        text.AppendLine($"    # The source holds about {source.Streams.Sum(one => one.EstimatedRecords):N0} keys.");
    }

    private static void AppendQueues(StringBuilder text, Catalog source)
    {
        var queues = string.Join(", ", source.Streams.Select(one => Quoted(one.Name)));
        text.AppendLine($"    queues: [{queues}]   # '*' stands for any characters");
        foreach (var (name, problem) in source.Unsupported)
            text.AppendLine($"    # {Quoted(name)} cannot be moved ({problem.Code})");
    }

    /// <summary>Rows of one table as hashes: the first with a key that names can be made of.</summary>
    private static void AppendRows(StringBuilder text, Catalog source)
    {
        var table = source.Streams.OrderByDescending(one => one.EstimatedRecords).FirstOrDefault();
        var name = table?.Name ?? "users";
        var key = table?.KeyColumns.Select(one => $"{{{table.Columns[one].Name}}}") ?? ["{id}"];
        text.AppendLine($"    tables: {{ include: [{Quoted(name)}] }}   # one table a move");
        var pattern = Quoted($"{name}:{string.Join(':', key)}");
        text.AppendLine($"    keys: [{pattern}]   # the columns of its key in braces");
    }

    /// <summary>Whether tables of the source are at the target too.</summary>
    private static bool IsShared(Catalog source, Catalog target) => source.Streams.Any(one =>
        target.Streams.Any(other => string.Equals(one.Name, other.Name, StringComparison.OrdinalIgnoreCase)));

    /// <param name="proposal">What stands before lines that only matter with a tenant: nothing, or a comment's
    /// sign.</param>
    private static void AppendTables(
        StringBuilder text, Catalog source, Catalog target, string? column, string proposal)
    {
        text.AppendLine("    tables:");
        text.AppendLine("      include: [\"*\"]");
        text.AppendLine(source.Unsupported.Count == 0
            ? "      # exclude: [audit_log]"
            : $"      exclude: [{string.Join(", ", source.Unsupported.Keys.Select(Quoted))}]");
        if (column is not null)
            text.AppendLine($"      {proposal}tenant_column: {Quoted(column)}");
        else
            text.AppendLine("      # tenant_column: tenant_id");
        var unreached = column is null ? [] : Unreached(source, column);
        if (unreached.Count > 0)
        {
            text.AppendLine("      # No foreign key leads from these to the tenant. Each is reference (compared,");
            text.AppendLine("      # never changed) or excluded.");
            text.AppendLine($"      {proposal}reference: [{string.Join(", ", unreached.Select(Quoted))}]");
        }
        AppendStreams(text, source, target, column);
    }

    private static void AppendStreams(StringBuilder text, Catalog source, Catalog target, string? column)
    {
        var there = target.Streams.Select(one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        text.AppendLine("      #");
        text.AppendLine("      # The source holds:");
        foreach (var stream in source.Streams)
        {
            var size = $"about {stream.EstimatedRecords:N0} records";
            var present = there.Contains(stream.Name) ? ", at the target too" : "";
            var scope = stream.ColumnNamed(column ?? "") >= 0 ? $", has {column}" : "";
            text.AppendLine($"      #   {Quoted(stream.Name)}: {size}{scope}{present}");
        }
        foreach (var (name, problem) in source.Unsupported)
            text.AppendLine($"      #   {Quoted(name)}: excluded, it cannot be moved ({problem.Code})");
    }

    /// <summary>The column with a usual name that most streams have; null when none has one.</summary>
    private static string? TenantColumn(Catalog catalog) =>
        TenantNames.Select(name => (Name: name, Count: catalog.Streams.Count(one => one.ColumnNamed(name) >= 0)))
            .Where(one => one.Count > 1 || (one.Count == 1 && one.Name.StartsWith("tenant", StringComparison.Ordinal)))
            .OrderByDescending(one => one.Count)
            .Select(one => one.Name)
            .FirstOrDefault();

    /// <summary>Streams without the column and without a chain of foreign keys to one that has it.</summary>
    private static List<string> Unreached(Catalog catalog, string column)
    {
        var reached = catalog.Streams.Where(one => one.ColumnNamed(column) >= 0)
            .Select(one => one.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        int before;
        do
        {
            before = reached.Count;
            reached.UnionWith(catalog.Streams
                .Where(one => one.ForeignKeys.Any(key => reached.Contains(key.Parent))).Select(one => one.Name));
        }
        while (reached.Count > before);
        return [.. catalog.Streams.Select(one => one.Name).Where(one => !reached.Contains(one))];
    }

    private static string Name(Address from, Address to)
    {
        var name = new string([.. $"{Last(from.Shown)}-to-{Last(to.Shown)}".Select(one =>
            char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' ? one : '-')]).Trim('-', '.', '_');
        return MigrationFileReader.IsName(name) ? name : "my-migration";
    }

    private static string Last(string address) =>
        Path.GetFileNameWithoutExtension(address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..].TrimEnd('/'));

    /// <summary>As YAML reads it back: plain where that is safe.</summary>
    private static string Quoted(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0])
        && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '_' or '-' or '.' or '/' or ':')
        && !text.EndsWith(':')
        && text is not ("null" or "true" or "false" or "yes" or "no")
            ? text
            : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
