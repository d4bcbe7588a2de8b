namespace Godwit.Connectors.Redis.Commands;

/// <summary>The keys of one command; used again for the next, so that finding keys allocates nothing.</summary>
internal sealed class KeyList
{
    private KeyReference[] _keys = new KeyReference[16];

    public int Count { get; private set; }

    /// <summary>Valid until the list is given away again.</summary>
    public ReadOnlySpan<KeyReference> Items => _keys.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int argument, KeyUse use)
    {
        if (Count == _keys.Length)
            Array.Resize(ref _keys, 2 * _keys.Length);
        _keys[Count++] = new KeyReference(argument, use);
    }

    /// <summary>Adds a use to the keys that have another.</summary>
    public void Mark(KeyUse having, KeyUse use)
    {
        foreach (ref var key in _keys.AsSpan(0, Count))
        {
            if (key.Use.HasFlag(having))
                key = key with { Use = key.Use | use };
        }
    }
}
