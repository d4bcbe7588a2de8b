namespace Godwit.Connectors.Redis.Protocol;

/// <summary>The replies that one sender waits for, in the order of its commands.</summary>
internal sealed class Expected(int count)
{
    private readonly RespValue[] _replies = new RespValue[count];
    private readonly TaskCompletionSource<RespValue[]> _all =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _taken;

    internal Task<RespValue[]> All => _all.Task;

    internal int Count => _replies.Length;

    /// <returns>Whether this was the last one.</returns>
    internal bool Take(RespValue reply)
    {
        _replies[_taken++] = reply;
        return _taken == _replies.Length;
    }

    internal void Complete() => _all.TrySetResult(_replies);

    internal void Fail(Exception why) => _all.TrySetException(why);
}
