using Godwit.Connectors.Files;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Files;

/// <summary>Another target for the source of a move.</summary>
internal sealed class TreeMoveTo(TreeMove move, Tree place) : IAsyncDisposable
{
    private IStore? _target;

    private ITarget Target => _target!.Target;

    public async Task Begin()
    {
        _target = await new FilesConnector().Open(
            TreeMove.Opening(place, move.From), StoreRole.Target, TreeMove.Never);
        await Target.Prepare([move.Stream], SchemaModel.None("files"), TreeMove.Never);
    }

    public async Task Copy()
    {
        foreach (var chunk in await move.Split())
        {
            await using var read = await move.Source.Snapshot.Read(move.Stream, chunk.Range, TreeMove.Never);
            await Target.WriteChunk(move.Stream, chunk, read, TreeMove.Never);
        }
    }

    public Task<RangeDigest> Digest() => _target!.Digest.Digest(move.Stream, KeyRange.All, TreeMove.Never);

    public ValueTask DisposeAsync() => _target!.DisposeAsync();
}
