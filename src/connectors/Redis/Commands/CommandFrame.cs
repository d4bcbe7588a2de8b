namespace Godwit.Connectors.Redis.Commands;

/// <summary>One command, its name being argument 0, laid over the bytes that it came in.</summary>
/// <remarks>It lives as long as those bytes, and as long as its reader is not asked for another.</remarks>
/// <param name="buffer">The bytes of the command, from its <c>*</c> on.</param>
/// <param name="bounds">For each argument where it starts in the buffer and where it ends, the end excluded.</param>
internal readonly ref struct CommandFrame(ReadOnlySpan<byte> buffer, ReadOnlySpan<int> bounds)
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;
    private readonly ReadOnlySpan<int> _bounds = bounds;

    /// <summary>How many arguments there are, the name included.</summary>
    public int Count => _bounds.Length / 2;

    public ReadOnlySpan<byte> Name => this[0];

    public ReadOnlySpan<byte> this[int argument] =>
        _buffer[_bounds[2 * argument].._bounds[(2 * argument) + 1]];

    /// <summary>Its bytes as they came, with all that frames them.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer[..(_bounds[^1] + 2)];
}
