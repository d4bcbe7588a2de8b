using System.Diagnostics;

namespace Godwit.Tests.Servers;

/// <summary>The folder of a private server, and a keeper that stops the server and deletes the folder.</summary>
/// <remarks>
/// The keeper is a shell that reads from a pipe which only this process holds. When the process ends, however it
/// ends, the pipe ends: so nothing stays behind, also after <c>kill -9</c> of the tests.
/// </remarks>
internal sealed class ServerFolder : IAsyncDisposable
{
    private const long RoomInMemory = 4L << 30;

    // A session of its own: Ctrl+C stops the tests, and the keeper has its work then.
    private const string Keeping = """exec >/dev/null 2>&1; cat; folder=$1; shift; "$@"; rm -rf "$folder" """;

    private Process? _keeper;

    public string Path { get; } = Directory.CreateDirectory(
        System.IO.Path.Combine(Place(), $"godwit-{Guid.NewGuid():N}"[..20])).FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>From now on the command is run before the folder is deleted.</summary>
    public void Keep(Command stop)
    {
        var start = new Command("setsid", ["sh", "-c", Keeping, "keeper", Path, stop.Program, .. stop.Words])
        {
            World = stop.World,
        }.StartInfo();
        (start.RedirectStandardOutput, start.RedirectStandardError) = (false, false);
        _keeper = Process.Start(start)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_keeper is null)
        {
            Directory.Delete(Path, recursive: true);
            return;
        }
        _keeper.StandardInput.Close();
        await _keeper.WaitForExitAsync(CancellationToken.None);
        _keeper.Dispose();
    }

    /// <summary>In memory where there is room: these servers are not asked whether they survive a power cut.</summary>
    private static string Place()
    {
        const string memory = "/dev/shm";
        return Directory.Exists(memory) && new DriveInfo(memory).AvailableFreeSpace >= RoomInMemory
            ? memory
            : System.IO.Path.GetTempPath();
    }
}
