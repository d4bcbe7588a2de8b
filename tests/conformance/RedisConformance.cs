namespace Godwit.Tests.Conformance;

/// <summary>The Redis connector: one tenant's keys of many, the same with a fence that refuses, one database, and a
/// whole server.</summary>
public static class RedisConformance
{
    public class Tenant : RedisHarness
    {
        protected override IReadOnlyList<string> Patterns => ["t:42:*"];

        protected override string DatabaseIn(Place place) => "/0";

        protected override (int Database, string Key) At(Place place, Owner owner, int number) =>
            (0, owner == Owner.Mine ? $"t:42:{number}" : $"t:7:{number}");

        protected override IReadOnlyList<int> DatabasesOf(Place place, Owner owner) => [0];
    }

    /// <summary>The tenant's application has a user of its own.</summary>
    public class Fenced : Tenant
    {
        protected override string User => "application";
    }

    /// <summary>Whatever the database's number is; others have databases of their own.</summary>
    public sealed class Database : RedisHarness
    {
        protected override string DatabaseIn(Place place) => place == Place.Source ? "/3" : "/5";

        protected override (int Database, string Key) At(Place place, Owner owner, int number) =>
            (DatabasesOf(place, owner)[0], $"record:{number}");

        protected override IReadOnlyList<int> DatabasesOf(Place place, Owner owner) =>
            [owner == Owner.Neighbour ? 1 : place == Place.Source ? 3 : 5];
    }

    /// <summary>Godwit may do what the guide says.</summary>
    public sealed class Limited : Server
    {
        protected override bool HasUserOfTheGuide => true;
    }

    /// <summary>The same for a tenant's keys: no others, but Godwit's own.</summary>
    public sealed class LimitedTenant : Tenant
    {
        protected override bool HasUserOfTheGuide => true;
    }

    public class Server : RedisHarness
    {
        public override bool HasNeighbours => false;

        protected override bool HasDatabaseInKeys => true;

        protected override string DatabaseIn(Place place) => "";

        protected override (int Database, string Key) At(Place place, Owner owner, int number) =>
            (number % 2, $"record:{number}");

        protected override IReadOnlyList<int> DatabasesOf(Place place, Owner owner) =>
            owner == Owner.Mine ? [0, 1] : [];
    }

    public sealed class TenantSource : SourcePromises<Tenant>;

    public sealed class TenantChanges : ChangePromises<Tenant>;

    public sealed class TenantTarget : TargetPromises<Tenant>;

    public sealed class TenantApply : ApplyPromises<Tenant>;

    public sealed class TenantDigest : DigestPromises<Tenant>;

    public sealed class TenantFence : FencePromises<Tenant>;

    public sealed class TenantCatalog : CatalogPromises<Tenant>;

    public sealed class TenantCancellation : CancellationPromises<Tenant>;

    public sealed class FencedFence : FencePromises<Fenced>;

    public sealed class FencedCancellation : CancellationPromises<Fenced>;

    public sealed class DatabaseSource : SourcePromises<Database>;

    public sealed class DatabaseChanges : ChangePromises<Database>;

    public sealed class DatabaseTarget : TargetPromises<Database>;

    public sealed class DatabaseApply : ApplyPromises<Database>;

    public sealed class DatabaseFence : FencePromises<Database>;

    public sealed class DatabaseDigest : DigestPromises<Database>;

    public sealed class LimitedChanges : ChangePromises<Limited>;

    public sealed class LimitedApply : ApplyPromises<Limited>;

    public sealed class LimitedDigest : DigestPromises<Limited>;

    public sealed class LimitedFence : FencePromises<Limited>;

    public sealed class LimitedCatalog : CatalogPromises<Limited>;

    public sealed class LimitedTenantChanges : ChangePromises<LimitedTenant>;

    public sealed class LimitedTenantApply : ApplyPromises<LimitedTenant>;

    public sealed class LimitedTenantDigest : DigestPromises<LimitedTenant>;

    public sealed class LimitedTenantFence : FencePromises<LimitedTenant>;

    public sealed class LimitedTenantCatalog : CatalogPromises<LimitedTenant>;

    public sealed class ServerSource : SourcePromises<Server>;

    public sealed class ServerChanges : ChangePromises<Server>;

    public sealed class ServerTarget : TargetPromises<Server>;

    public sealed class ServerApply : ApplyPromises<Server>;

    public sealed class ServerDigest : DigestPromises<Server>;

    public sealed class ServerFence : FencePromises<Server>;

    public sealed class ServerCatalog : CatalogPromises<Server>;

    public sealed class ServerCancellation : CancellationPromises<Server>;
}
