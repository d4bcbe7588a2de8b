using System.Text;
using System.Text.Json;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>A writer's own memory of what it was promised: one file, one writer.</summary>
/// <remarks>
/// What is intended is written before it is done, and a second line after the store has said yes or no. So when the
/// writer is killed, exactly the last transaction may have happened or not, and everything before it is known.
/// </remarks>
internal sealed class Note : IDisposable
{
    public const char Acknowledged = '=';
    public const char Refused = 'x';
    public const char Surprise = '!';

    private readonly FileStream _file;

    public Note(string path) =>
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Intend(NotedTransaction transaction) =>
        Line(JsonSerializer.Serialize(transaction, NoteJson.Default.NotedTransaction));

    /// <summary>The store has said that it is done: from here on losing it is Godwit's fault.</summary>
    public void Acknowledge(long number) => Line($"{Acknowledged}{number}");

    /// <summary>The store has said that nothing of it was done.</summary>
    public void Refuse(long number) => Line($"{Refused}{number}");

    /// <summary>Something that cannot be while no write is lost, such as a row that is not there any more.</summary>
    public void Wonder(string what) => Line($"{Surprise}{what.ReplaceLineEndings(" ")}");

    public void Dispose() => _file.Dispose();

    /// <summary>One call to the kernel: the line outlives the process, whole or not at all.</summary>
    private void Line(string text) => _file.Write(Encoding.UTF8.GetBytes(text + "\n"));
}
