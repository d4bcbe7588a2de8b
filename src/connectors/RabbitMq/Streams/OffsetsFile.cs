using System.Globalization;
using System.Text;
using Godwit.Connectors.Kit;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Shows the offset maps to people and their scripts: a text with a line for each span.</summary>
internal sealed class OffsetsFile(string folder)
{
    private const string Title = "# stream\tfirst there\tlast there\tfirst here\tlast here\n";

    private string Path => System.IO.Path.Combine(folder, "offsets.tsv");

    /// <exception cref="GodwitException">The disk takes nothing; the file is as it was.</exception>
    internal void Write(IReadOnlyDictionary<string, ReceivedStream> streams)
    {
        var text = new StringBuilder(Title);
        foreach (var (stream, state) in streams.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            foreach (var (there, here, count) in state.Map.Spans)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{Printable.Text(stream)}\t{there}\t{there + count - 1}\t{here}\t{here + count - 1}\n");
        }
        try
        {
            Directory.CreateDirectory(folder);
            SmallFile.Replace(Path, text.ToString());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new GodwitException(RabbitMqProblems.CannotRemember(Path, refused.Message), refused);
        }
    }

    internal void Delete()
    {
        if (Directory.Exists(folder))
            File.Delete(Path);
    }
}
