using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>One part of the document: what one course has shown.</summary>
internal interface ISection
{
    /// <summary>Writes it as Markdown, ending with an empty line.</summary>
    void AppendTo(StringBuilder text);
}
