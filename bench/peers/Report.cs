using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>All results as a document; what was lost is shown like what was won.</summary>
internal sealed class Report(Surroundings surroundings)
{
    private readonly List<ISection> _sections = [];

    private string Date => surroundings.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal void Add(ISection section) => _sections.Add(section);

    /// <param name="what">The first part of its name.</param>
    /// <returns>The path of the document.</returns>
    internal string Keep(string what)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "bench", "results")).FullName;
        var path = Path.Combine(folder, $"{what}-{Date}-{surroundings.Commit}.md");
        File.WriteAllText(path, Markdown());
        return path;
    }

    internal string Markdown()
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            # Godwit beside its peers, {Date}, commit {surroundings.Commit}

            Machine: {string.Join("; ", surroundings.Machine)}.
            Tools: {string.Join("; ", surroundings.Tools)}.

            Medians; contenders took turns, each step in fresh processes, start included. Before each step the file
            system was synced; caches were warm. "sync" is what the file system had to write afterwards until the bytes
            were safe from a loss of power. Memory is the resident peak of all processes together. "wrong" counts
            records or files at the target that differ from the source at the end. How to repeat:
            [docs/how-to/measure.md](../../docs/how-to/measure.md). Compare ratios, not times of unlike machines.


            """);
        foreach (var section in _sections)
            section.AppendTo(text);
        return text.ToString().TrimEnd() + "\n";
    }
}
