using System.Text.Json;
using Godwit.Cli.Storage;
using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>Writes the latest picture for <c>godwit status</c>, twice a second at most.</summary>
internal sealed class ProgressFile(string path, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private MigrationProgress? _latest;
    private long? _written;

    public void Show(MigrationProgress progress)
    {
        _latest = progress;
        if (_written is null || clock.GetElapsedTime(_written.Value) >= Interval)
            Write();
    }

    /// <summary>The last picture stays.</summary>
    public void Dispose()
    {
        if (_latest is not null)
            Write();
    }

    private void Write()
    {
        _written = clock.GetTimestamp();
        var json = ProgressJson.Of(_latest!);
        json.Insert(0, "at", clock.GetUtcNow().ToString("O"));
        try
        {
            AtomicFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(json));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Only a picture: the run must not end because nobody can look at it. The next one may be written.
        }
        _latest = null;
    }
}
