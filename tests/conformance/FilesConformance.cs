namespace Godwit.Tests.Conformance;

/// <summary>The connector of directory trees.</summary>
public static class FilesConformance
{
    public sealed class FilesSource : SourcePromises<FilesHarness>;

    public sealed class FilesChanges : ChangePromises<FilesHarness>;

    public sealed class FilesTarget : TargetPromises<FilesHarness>;

    public sealed class FilesApply : ApplyPromises<FilesHarness>;

    public sealed class FilesDigest : DigestPromises<FilesHarness>;

    public sealed class FilesFence : FencePromises<FilesHarness>;

    public sealed class FilesCatalog : CatalogPromises<FilesHarness>;

    public sealed class FilesCancellation : CancellationPromises<FilesHarness>;
}
