namespace Godwit.Tests.Conformance;

/// <summary>A transaction of an application that has written and has not ended.</summary>
public interface IOpenWrite
{
    /// <returns>Whether the store acknowledged it.</returns>
    Task<bool> Commit();

    Task RollBack();
}
