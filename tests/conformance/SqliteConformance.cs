namespace Godwit.Tests.Conformance;

/// <summary>The SQLite connector, with a write-ahead log and with a rollback journal.</summary>
public static class SqliteConformance
{
    public sealed class WriteAhead : SqliteHarness;

    public sealed class RollbackJournal : SqliteHarness
    {
        public override bool HasReadersThatBlockNobody => false;

        protected override string JournalMode => "DELETE";
    }

    public sealed class WriteAheadSource : SourcePromises<WriteAhead>;

    public sealed class WriteAheadChanges : ChangePromises<WriteAhead>;

    public sealed class WriteAheadTarget : TargetPromises<WriteAhead>;

    public sealed class WriteAheadApply : ApplyPromises<WriteAhead>;

    public sealed class WriteAheadDigest : DigestPromises<WriteAhead>;

    public sealed class WriteAheadFence : FencePromises<WriteAhead>;

    public sealed class WriteAheadCatalog : CatalogPromises<WriteAhead>;

    public sealed class WriteAheadCancellation : CancellationPromises<WriteAhead>;

    public sealed class RollbackJournalSource : SourcePromises<RollbackJournal>;

    public sealed class RollbackJournalChanges : ChangePromises<RollbackJournal>;

    public sealed class RollbackJournalTarget : TargetPromises<RollbackJournal>;

    public sealed class RollbackJournalApply : ApplyPromises<RollbackJournal>;

    public sealed class RollbackJournalFence : FencePromises<RollbackJournal>;

    public sealed class RollbackJournalCancellation : CancellationPromises<RollbackJournal>;
}
