using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>The last lines that a process has said; the rest is read and forgotten.</summary>
internal sealed class LastWords
{
    private const int Kept = 8;

    private readonly Queue<string> _lines = new();

    internal LastWords(Process process)
    {
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join(' ', _lines);
    }

    private void Hear(object sender, DataReceivedEventArgs said)
    {
        if (string.IsNullOrWhiteSpace(said.Data))
            return;
        lock (_lines)
        {
            _lines.Enqueue(said.Data.Trim());
            if (_lines.Count > Kept)
                _lines.Dequeue();
        }
    }
}
