using Godwit.Connectors.Redis.Clusters;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Conformance;

/// <summary>The Redis connector: one tenant's keys of many, the same with a fence that refuses, one database, a part of
/// a cluster, and a whole server.</summary>
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
    public class LimitedTenant : Tenant
    {
        protected override bool HasUserOfTheGuide => true;
    }

    /// <summary>From an old server to a new one.</summary>
    public class OldServer : Server
    {
        private protected override Task<RedisServer> Start(Place place) =>
            place == Place.Source ? RedisServer.Start60("repl-diskless-sync-delay 0") : base.Start(place);
    }

    /// <summary>Godwit may do what the guide says, at either.</summary>
    public sealed class OldLimited : OldServer
    {
        protected override bool HasUserOfTheGuide => true;
    }

    /// <summary>The same for a tenant whose application has a user.</summary>
    public sealed class OldFenced : Fenced
    {
        private protected override Task<RedisServer> Start(Place place) =>
            place == Place.Source ? RedisServer.Start60("repl-diskless-sync-delay 0") : base.Start(place);
    }

    /// <summary>An old source that hides PSYNC.</summary>
    public sealed class OldTracked : Fenced
    {
        private protected override Task<RedisServer> Start(Place place) => place == Place.Source
            ? RedisServer.Start60("rename-command PSYNC \"\"", "rename-command SYNC \"\"")
            : base.Start(place);
    }

    /// <summary>From a new server to an old one, as after a cutover.</summary>
    public sealed class IntoOld : Tenant
    {
        private protected override Task<RedisServer> Start(Place place) =>
            place == Place.Target ? RedisServer.Start60("repl-diskless-sync-delay 0") : base.Start(place);
    }

    /// <summary>A source that hides PSYNC, and whose user may not have touched keys tracked.</summary>
    public sealed class Notified : LimitedTenant
    {
        protected override string User => "application";

        public override async Task Create()
        {
            await base.Create();
            await Server(Place.Source).Call(
                "ACL", "SETUSER", "godwit", "-client|tracking", "+config|get", "&__keyspace@0__:t:42:*");
        }

        private protected override Task<RedisServer> Start(Place place) => place == Place.Source
            ? RedisServer.Start("rename-command PSYNC \"\"", "rename-command SYNC \"\"", "notify-keyspace-events KA")
            : base.Start(place);
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

    /// <summary>Some slots of a node of a cluster, and the same of a standalone server. The other slots of that node
    /// are others'.</summary>
    public sealed class Part : RedisHarness
    {
        /// <summary>The last slot that is moved; the node owns more.</summary>
        public const int Last = 3_000;

        private const int LastOfNode = 5_460;

        internal RedisCluster Cluster { get; private set; } = null!;

        /// <summary>A node takes no commands before it knows how the others are.</summary>
        public override async Task Restart(Place place)
        {
            await base.Restart(place);
            await Cluster.IsWell();
        }

        private protected override async Task<RedisServer> Start(Place place)
        {
            if (place == Place.Source)
                return await base.Start(place);
            Cluster = await RedisCluster.Start(3);
            return Cluster.Owner(0);
        }

        private protected override ValueTask Stop(RedisServer server) =>
            Cluster?.Nodes.Contains(server) == true ? Cluster.DisposeAsync() : base.Stop(server);

        // What names no key may use all that its node owns.
        protected override object[] Said(Place place, object[] command) => place == Place.Source
            ? command
            : ["EVAL", "return redis.call(unpack(ARGV))", "0", .. command];

        protected override string DatabaseIn(Place place) => $"?slots=0-{Last}";

        protected override (int Database, string Key) At(Place place, Owner owner, int number) =>
            (0, $"{number:D6}{SlotTag.Of(SlotOf(owner, number))}:{number}");

        protected override IReadOnlyList<int> DatabasesOf(Place place, Owner owner) => [0];

        private static int SlotOf(Owner owner, int number) => owner == Owner.Mine
            ? number * 7 % (Last + 1)
            : Last + 1 + (number * 7 % (LastOfNode - Last));
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

    public sealed class NotifiedSource : SourcePromises<Notified>;

    public sealed class NotifiedCatalog : CatalogPromises<Notified>;

    public sealed class PartSource : SourcePromises<Part>;

    public sealed class PartChanges : ChangePromises<Part>;

    public sealed class PartTarget : TargetPromises<Part>;

    public sealed class PartApply : ApplyPromises<Part>;

    public sealed class PartDigest : DigestPromises<Part>;

    public sealed class PartFence : FencePromises<Part>;

    public sealed class PartCatalog : CatalogPromises<Part>;

    public sealed class OldServerSource : SourcePromises<OldServer>;

    public sealed class OldServerChanges : ChangePromises<OldServer>;

    public sealed class OldServerTarget : TargetPromises<OldServer>;

    public sealed class OldServerApply : ApplyPromises<OldServer>;

    public sealed class OldServerDigest : DigestPromises<OldServer>;

    public sealed class OldServerFence : FencePromises<OldServer>;

    public sealed class OldServerCatalog : CatalogPromises<OldServer>;

    public sealed class OldLimitedApply : ApplyPromises<OldLimited>;

    public sealed class OldLimitedFence : FencePromises<OldLimited>;

    public sealed class OldLimitedCatalog : CatalogPromises<OldLimited>;

    public sealed class OldFencedFence : FencePromises<OldFenced>;

    public sealed class IntoOldChanges : ChangePromises<IntoOld>;

    public sealed class IntoOldApply : ApplyPromises<IntoOld>;

    public sealed class IntoOldDigest : DigestPromises<IntoOld>;

    public sealed class ServerSource : SourcePromises<Server>;

    public sealed class ServerChanges : ChangePromises<Server>;

    public sealed class ServerTarget : TargetPromises<Server>;

    public sealed class ServerApply : ApplyPromises<Server>;

    public sealed class ServerDigest : DigestPromises<Server>;

    public sealed class ServerFence : FencePromises<Server>;

    public sealed class ServerCatalog : CatalogPromises<Server>;

    public sealed class ServerCancellation : CancellationPromises<Server>;
}
