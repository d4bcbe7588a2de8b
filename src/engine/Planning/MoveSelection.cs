using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Engine.Planning;

/// <summary>What a catalog's streams are to one move.</summary>
/// <param name="Streams">Moved, parents before children.</param>
/// <param name="References">Compared, never changed.</param>
/// <param name="Excluded">Names of those that nobody looks at.</param>
/// <param name="Problems">Why the move cannot be planned; empty when it can.</param>
internal sealed record MoveSelection(
    IReadOnlyList<ScopedStream> Streams,
    IReadOnlyList<StreamSchema> References,
    IReadOnlyList<string> Excluded,
    IReadOnlyList<Problem> Problems);
