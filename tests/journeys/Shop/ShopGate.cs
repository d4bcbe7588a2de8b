namespace Godwit.Tests.Journeys.Shop;

/// <summary>Where somebody waits while a test has closed it.</summary>
internal sealed class ShopGate
{
    private TaskCompletionSource? _closed;
    private int _waiting;

    public bool IsWaitedAt => Volatile.Read(ref _waiting) > 0;

    public void Close() => Volatile.Write(
        ref _closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Open() => Interlocked.Exchange(ref _closed, null)?.TrySetResult();

    public async Task Pass()
    {
        if (Volatile.Read(ref _closed) is not { } closed)
            return;
        Interlocked.Increment(ref _waiting);
        await closed.Task;
        Interlocked.Decrement(ref _waiting);
    }
}
