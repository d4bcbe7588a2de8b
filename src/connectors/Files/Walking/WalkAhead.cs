using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>A walk over a whole tree that a thread of its own takes ahead of its reader, so that two trees are looked
/// at side by side.</summary>
/// <remarks>
/// Invariant: memory is a few blocks, however slow the reader is. What is told of an entry is older than in a walk of
/// one's own, but never older than this object.
/// </remarks>
internal sealed class WalkAhead : IDisposable
{
    private const int MostBlocks = 4;

    private readonly BlockingCollection<WalkBlock> _blocks = new(MostBlocks);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _walker;
    private WalkBlock _block = new();
    private int _at = -1;

    internal WalkAhead(TreeRoot root) =>
        _walker = Task.Factory.StartNew(
            () => Walk(root), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Valid until the next step.</summary>
    internal ReadOnlySpan<byte> Path => _block.PathAt(_at);

    internal ref readonly FileStatus Status => ref _block.StatusAt(_at);

    internal bool Next()
    {
        if (++_at < _block.Count)
            return true;
        if (_blocks.TryTake(out var block, Timeout.Infinite))
        {
            (_block, _at) = (block, 0);
            return true;
        }
        WaitForEnd();
        if (_walker.Exception is { } failure)
            ExceptionDispatchInfo.Throw(failure.GetBaseException());
        return false;
    }

    public void Dispose()
    {
        _stop.Cancel();
        WaitForEnd();
        _stop.Dispose();
        _blocks.Dispose();
    }

    private void WaitForEnd() => ((IAsyncResult)_walker).AsyncWaitHandle.WaitOne();

    private void Walk(TreeRoot root)
    {
        try
        {
            using var walk = new TreeWalk(root);
            var block = new WalkBlock();
            while (walk.Next())
            {
                if (block.IsFull)
                {
                    _blocks.Add(block, _stop.Token);
                    block = new WalkBlock();
                }
                block.Add(walk.Path, walk.Status);
            }
            if (block.Count > 0)
                _blocks.Add(block, _stop.Token);
        }
        finally
        {
            _blocks.CompleteAdding();
        }
    }
}
