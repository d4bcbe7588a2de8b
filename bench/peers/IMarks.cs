namespace Godwit.Bench.Peers;

/// <summary>Numbered records at one side, over a connection of its own.</summary>
internal interface IMarks : IDisposable
{
    /// <summary>The largest number; 0 when there is none.</summary>
    long Last();

    /// <summary>Returns when the next number is acknowledged.</summary>
    /// <param name="number">One more than the last.</param>
    void Write(long number);

    /// <summary>The numbers after one, in order.</summary>
    IReadOnlyList<long> After(long number);
}
