using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Checking;

/// <summary>Whether a database, or a place for one, can be a target. Changes nothing.</summary>
internal sealed class TargetCheck(SqliteStore store)
{
    // What indexes and half-filled pages add to the values themselves, at least.
    private const double Overhead = 1.2;

    internal async Task<IReadOnlyList<Problem>> Run(
        IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        problems.AddRange(CheckPlace(streams));
        if (problems.Count > 0 || !File.Exists(store.Path))
            return problems;
        using var database = Database.Open(store.Path, Code.OpenReadWrite, SqliteStore.Patience);
        problems.AddRange(Access.CheckWriting(database));
        problems.AddRange(Access.CheckLeftovers(database, store.Names, store.Opening.Migration));
        var tables = SchemaReader.Tables(database);
        if (database.Number("PRAGMA main.page_count") > 0)
            problems.AddRange(CheckEncoding(database));
        var comparable = new List<ScopedStream>();
        foreach (var stream in streams)
            CheckTable(database, stream, tables, problems, comparable);
        if (source is not null)
        {
            foreach (var stream in comparable)
            {
                var check = new CollisionCheck(database, store.Names, stream);
                problems.AddRange(await check.Run(source, cancellation).ConfigureAwait(false));
            }
        }
        return problems;
    }

    private IEnumerable<Problem> CheckPlace(IReadOnlyList<ScopedStream> streams)
    {
        var folder = Path.GetDirectoryName(store.Path)!;
        if (!Directory.Exists(folder))
        {
            yield return SqliteProblems.NoFolder(store.Path);
            yield break;
        }
        if (PeerPath() is { } peer && SameFile.Are(peer, store.Path))
            yield return SqliteProblems.SameFile(Printable.Text(store.Path));
        var whole = streams.Where(one => one.Kind == ScopeKind.Everything);
        var needed = (long)(whole.Sum(one => one.Schema.EstimatedBytes) * Overhead);
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (needed > free)
            yield return SqliteProblems.TooLittleDisk(Printable.Text(store.Path), needed, free);
    }

    private string? PeerPath() => store.Opening.Peer is { } peer
        && peer.StartsWith(SqliteAddress.Scheme + ":", StringComparison.OrdinalIgnoreCase)
            ? SqliteAddress.Path(peer, peer)
            : null;

    private IEnumerable<Problem> CheckEncoding(Database database)
    {
        if (PeerPath() is not { } peer || !File.Exists(peer))
            yield break;
        using var other = Database.Open(peer, Code.OpenReadWrite, SqliteStore.Patience);
        var (there, here) = (other.Text("PRAGMA encoding"), database.Text("PRAGMA encoding"));
        if (there != here)
            yield return SqliteProblems.OtherEncoding(database.Shown, there ?? "", here ?? "");
    }

    private static void CheckTable(
        Database database, ScopedStream stream, IReadOnlyList<TableShape> tables, List<Problem> problems,
        List<ScopedStream> comparable)
    {
        var schema = stream.Schema;
        var table = tables.FirstOrDefault(one =>
            string.Equals(one.Name, schema.Name, StringComparison.OrdinalIgnoreCase));
        if (table is null)
            return;
        if (SchemaDifference.Between(schema, table) is { } difference)
        {
            problems.Add(SqliteProblems.Differs(database.Shown, schema.Name, difference));
            return;
        }
        if (stream.Kind != ScopeKind.Everything)
        {
            comparable.Add(stream);
            var ours = $"FROM {Quote.Name(schema.Name)} AS t WHERE {ScopeSql.OfMany(stream, "t")}";
            if (database.Number($"SELECT 1 {ours} LIMIT 1") is not null)
                problems.Add(SqliteProblems.TenantIsThere(database.Shown, stream.ToString()));
        }
        else if (database.Number($"SELECT 1 FROM {Quote.Name(schema.Name)} LIMIT 1") is not null)
            problems.Add(SqliteProblems.NotEmpty(database.Shown, schema.Name));
        var triggers = database.Text(
            $"""
            SELECT group_concat(name, ', ') FROM sqlite_master WHERE type = 'trigger'
            AND tbl_name = {Quote.Text(schema.Name)} COLLATE NOCASE
            AND substr(name, 1, {SqliteNames.Everyone.Length}) <> '{SqliteNames.Everyone}'
            """);
        if (triggers is not null)
            problems.Add(SqliteProblems.TriggersRest(database.Shown, schema.Name, triggers));
    }
}
