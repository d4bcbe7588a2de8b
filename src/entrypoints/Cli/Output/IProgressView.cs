using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>Shows a running migration to whoever watches.</summary>
internal interface IProgressView : IAsyncDisposable
{
    /// <summary>Called often, on the engine's thread: returns at once.</summary>
    void Show(MigrationProgress progress);
}
