using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo.Audit;

/// <summary>Compares both shards, whole, with what the writers' notes say must be there.</summary>
/// <remarks>It knows nothing of the engine, its journal or its connectors. Writers must have ended.</remarks>
internal sealed class Auditor
{
    private readonly ShopFolder _folder;
    private readonly ExpectedShop _expected;
    private readonly Shard _rowsHome;
    private readonly Shard _filesHome;
    private readonly List<Finding> _findings = [];
    private readonly List<OpenWrites> _open;
    private long _compared;

    private Auditor(ShopFolder folder, ExpectedShop expected)
    {
        (_folder, _expected) = (folder, expected);
        _rowsHome = new RouteReader(folder.Routes, Tenant.Moving, ShopFolder.DatabaseAddress).Where();
        _filesHome = new RouteReader(folder.Routes, Tenant.Moving, ShopFolder.FilesAddress).Where();
        _open = [.. expected.Open.Select(one => new OpenWrites(one))];
    }

    /// <summary>The moving tenant's home is where the route says.</summary>
    public static AuditReport Audit(ShopFolder folder, int seed, ShopSize size) =>
        new Auditor(folder, new ExpectedShop(seed, size, new Notes(folder.Notes).Read())).Audit();

    private AuditReport Audit()
    {
        foreach (var surprise in _expected.Surprises)
        {
            var isMoving = surprise.StartsWith("tenant", StringComparison.Ordinal);
            Add(isMoving ? FindingKind.Lost : FindingKind.OtherTenant, null, surprise);
        }
        foreach (var shard in Enum.GetValues<Shard>())
        {
            var here = new HashSet<(int Tenant, string Stream, string Key)>();
            foreach (var found in ShardContent.Rows(_folder.Database(shard)))
                Compare(shard, _rowsHome, found, here);
            foreach (var found in ShardContent.Files(_folder.AllBlobs(shard)))
                Compare(shard, _filesHome, found, here);
            FindMissing(shard, here);
        }
        if (ShardContent.Plans(_folder.Database(Shard.A)) != ShardContent.Plans(_folder.Database(Shard.B)))
            Add(FindingKind.OtherTenant, null, "The reference table differs between the shards.");
        foreach (var half in _open.Where(one => one.IsHalfDone))
            Add(FindingKind.Lost, null, $"Half of a transaction is there: {half}");
        return new AuditReport(_expected.MovingWrites, _expected.OtherWrites, _compared, _findings);
    }

    private void Compare(Shard shard, Shard movingHome, Found found, HashSet<(int, string, string)> here)
    {
        _compared++;
        if (found.Owner is not { } owner)
        {
            Add(FindingKind.OtherTenant, shard, $"{found.Stream} {found.Key}: nobody's. Found: {found.Text}");
            return;
        }
        var expected = _expected.Of(owner).TextOf(found.Stream, found.Key);
        var open = OpenWrite(found.Stream, found.Key);
        if (owner.Moves && shard != movingHome)
        {
            // The copy that is kept in case it is needed. It may hold nothing that its original does not.
            if (expected is null && open is null)
                Add(FindingKind.Duplicated, shard, $"{found.Stream} {found.Key}: left over. Found: {found.Text}");
            return;
        }
        here.Add((owner.Id, found.Stream, found.Key));
        if (open is not null && open.Accepts(found.Stream, found.Key, found.Text, expected))
            return;
        var what = $"{found.Stream} {found.Key}";
        if (!owner.Moves && owner.Home != shard)
            Add(FindingKind.OtherTenant, shard, $"{what} of tenant {owner.Id} does not live here.");
        else if (expected is null)
            Add(Kind(owner, FindingKind.Duplicated), shard, $"{what}: not written. Found: {found.Text}");
        else if (expected != found.Text)
            Add(Kind(owner, FindingKind.Lost), shard, $"{what}: expected {expected}; found {found.Text}");
    }

    private void FindMissing(Shard shard, HashSet<(int Tenant, string Stream, string Key)> here)
    {
        foreach (var tenant in Tenant.All)
        {
            foreach (var ((stream, key), text) in _expected.Of(tenant).Texts)
            {
                if (HomeOf(tenant, stream) == shard && !here.Contains((tenant.Id, stream, key))
                    && OpenWrite(stream, key)?.Accepts(stream, key, null, text) != true)
                    Add(Kind(tenant, FindingKind.Lost), shard, $"{stream} {key}: missing. Expected: {text}");
            }
        }
        // What was to be written and is not: nothing expects it, so nothing above has asked for it.
        foreach (var open in _open.Where(one => HomeOf(one.Tenant, one.Stream) == shard))
            open.NoteAbsent((stream, key) => here.Contains((open.Tenant.Id, stream, key)));
    }

    private Shard HomeOf(Tenant tenant, string stream) =>
        !tenant.Moves ? tenant.Home : stream == NotedWrite.Files ? _filesHome : _rowsHome;

    private OpenWrites? OpenWrite(string stream, string key) => _open.Find(one => one.Has(stream, key));

    private static FindingKind Kind(Tenant owner, FindingKind moving) => owner.Moves ? moving : FindingKind.OtherTenant;

    private void Add(FindingKind kind, Shard? where, string what) =>
        _findings.Add(new Finding(kind, where, Shorten(what)));

    private static string Shorten(string what) => what.Length <= 500 ? what : string.Concat(what.AsSpan(0, 500), "…");
}
