using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Conformance;

/// <summary>The PostgreSQL connector: one tenant of many, into a place of others and into an empty one, and a whole
/// database.</summary>
public static class PostgreSqlConformance
{
    public sealed class Tenant : PostgreSqlHarness;

    /// <summary>The other side is no PostgreSQL that is known: digests are the canonical ones.</summary>
    public sealed class Alone : PostgreSqlHarness
    {
        public override bool HasCanonicalDigests => true;

        protected override string? Peer(string address) => null;
    }

    public sealed class Fresh : PostgreSqlHarness
    {
        protected override bool HasTables => false;
    }

    public sealed class Whole : PostgreSqlHarness
    {
        public override bool HasNeighbours => false;

        public override bool HasChildren => false;

        protected override bool HasTables => false;

        public override IReadOnlyList<ScopedStream> Scope(Catalog catalog) =>
            [ScopedStream.Everything(0, Found(catalog).Orders), ScopedStream.Everything(1, Found(catalog).Lines)];

        protected override string Of(Owner owner) => owner == Owner.Mine ? "true" : "false";
    }

    public sealed class ToNewer : PostgreSqlHarness
    {
        protected override bool HasTables => false;

        protected override int MajorOf(Place place) => place == Place.Source ? PostgreSqlServer.Distribution : 18;
    }

    public sealed class TenantSource : SourcePromises<Tenant>;

    public sealed class TenantChanges : ChangePromises<Tenant>;

    public sealed class TenantTarget : TargetPromises<Tenant>;

    public sealed class TenantApply : ApplyPromises<Tenant>;

    public sealed class TenantDigest : DigestPromises<Tenant>;

    public sealed class TenantFence : FencePromises<Tenant>;

    public sealed class TenantCatalog : CatalogPromises<Tenant>;

    public sealed class TenantCancellation : CancellationPromises<Tenant>;

    public sealed class AloneDigest : DigestPromises<Alone>;

    public sealed class FreshTarget : TargetPromises<Fresh>;

    public sealed class FreshApply : ApplyPromises<Fresh>;

    public sealed class FreshCatalog : CatalogPromises<Fresh>;

    public sealed class WholeSource : SourcePromises<Whole>;

    public sealed class WholeChanges : ChangePromises<Whole>;

    public sealed class WholeTarget : TargetPromises<Whole>;

    public sealed class WholeApply : ApplyPromises<Whole>;

    public sealed class WholeDigest : DigestPromises<Whole>;

    public sealed class WholeFence : FencePromises<Whole>;

    public sealed class WholeCatalog : CatalogPromises<Whole>;

    public sealed class WholeCancellation : CancellationPromises<Whole>;

    public sealed class ToNewerTarget : TargetPromises<ToNewer>;

    public sealed class ToNewerApply : ApplyPromises<ToNewer>;

    public sealed class ToNewerDigest : DigestPromises<ToNewer>;
}
