namespace Godwit.Core.Records;

/// <summary>Opens the content that belongs to records: of a file, of an object. Content is streamed, never
/// held.</summary>
public interface IContentSource
{
    /// <summary>Opens the content of one record of the batch that this source came with.</summary>
    /// <returns>The content, owned by the caller; null when the record has gone since it was listed.</returns>
    ValueTask<IContent?> Open(RecordBatch batch, int record, CancellationToken cancellation);
}
