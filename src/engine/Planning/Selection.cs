using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Decides what each stream of a catalog is to a move: moved, compared, or left alone.</summary>
internal static class Selection
{
    internal static MoveSelection Of(MoveDefinition move, Key? tenant, Catalog catalog)
    {
        var name = $"{move.From} -> {move.To}";
        bool Selected(string stream) =>
            NamePattern.Any(move.Include, stream) && !NamePattern.Any(move.Exclude, stream);
        bool IsReference(string stream) => NamePattern.Any(move.Reference, stream);

        var problems = catalog.Unsupported.Where(one => Selected(one.Key)).Select(one => one.Value).ToList();
        var references = catalog.Streams.Where(one => Selected(one.Name) && IsReference(one.Name)).ToList();
        var moved = catalog.Streams.Where(one => Selected(one.Name) && !IsReference(one.Name)).ToList();
        var excluded = catalog.Streams.Select(one => one.Name).Where(one => !Selected(one)).ToList();
        if (moved.Count == 0 && problems.Count == 0)
            problems.Add(EngineProblems.NothingSelected(name).Problem);

        var streams = Scope(move, name, tenant, moved, problems);
        return new MoveSelection(streams, references, excluded, problems);
    }

    private static IReadOnlyList<ScopedStream> Scope(
        MoveDefinition move, string name, Key? tenant, IReadOnlyList<StreamSchema> moved, List<Problem> problems)
    {
        if (tenant is null || move.TenantInAddress)
        {
            var ordered = StreamOrder.ParentsFirst(moved, _ => null);
            return [.. ordered.Select((one, at) => ScopedStream.Everything(at, one))];
        }
        if (move.TenantColumn is not { } column)
        {
            problems.Add(EngineProblems.NoTenantColumn(name).Problem);
            return [];
        }
        var closure = Closure.Of(moved, column);
        if (closure.Unreached.Count > 0)
            problems.Add(EngineProblems.Unclassified(name, closure.Unreached).Problem);
        return closure.Scope(moved, column, tenant);
    }
}
