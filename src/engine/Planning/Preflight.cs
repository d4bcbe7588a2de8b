using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Looks at both sides of every move and changes nothing.</summary>
public static class Preflight
{
    public static Task<PreflightReport> Check(
        MigrationDefinition definition, IReadOnlyList<MovePorts> moves, CancellationToken cancellation) =>
        Check(definition, moves, counts: true, cancellation);

    /// <summary>As <see cref="Check(MigrationDefinition, IReadOnlyList{MovePorts}, CancellationToken)"/>, but counts
    /// records only where a tenant without any would be a problem: to count a large table takes as long as to read
    /// it.</summary>
    internal static async Task<IReadOnlyList<Problem>> Problems(
        MigrationDefinition definition, IReadOnlyList<MovePorts> moves, CancellationToken cancellation) =>
        (await Check(definition, moves, definition.Tenant is not null, cancellation)).Problems;

    private static async Task<PreflightReport> Check(
        MigrationDefinition definition, IReadOnlyList<MovePorts> moves, bool counts, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        var scopes = new List<MoveScope>();
        foreach (var move in moves)
            scopes.Add(await CheckMove(definition, move, counts, problems, cancellation));
        if (definition.Tenant is not null && scopes.Sum(one => one.Streams.Sum(stream => stream.InScope)) == 0
            && problems.TrueForAll(one => one.Recovery == Recovery.Retry))
            problems.Add(EngineProblems.NoSuchTenant(definition.RouteName));
        return new PreflightReport(scopes, [.. problems.Distinct()]);
    }

    private static async Task<MoveScope> CheckMove(
        MigrationDefinition definition, MovePorts move, bool counts, List<Problem> problems,
        CancellationToken cancellation)
    {
        var (from, to) = (move.From, move.To);
        if (from.Abilities.Family != to.Abilities.Family)
            problems.Add(EngineProblems.UnlikeStores(
                $"{from.Address} -> {to.Address}", from.Abilities.Family, to.Abilities.Family).Problem);
        problems.AddRange(AbilityCheck.Of(definition.Mode, from, to));
        var catalog = await from.Catalog.Read(cancellation);
        var selection = Selection.Of(move.Definition, definition.Tenant, catalog);
        problems.AddRange(selection.Problems);
        await Collect(problems, async () => problems.AddRange(
            await from.Catalog.Check(StoreRole.Source, selection.Streams, null, cancellation)));
        if (from.Abilities.Family == to.Abilities.Family)
            await Collect(problems, async () => problems.AddRange(
                await to.Catalog.Check(StoreRole.Target, selection.Streams, from.Snapshot, cancellation)));
        if (problems.TrueForAll(one => one.Recovery == Recovery.Retry))
            await CompareReferences(selection, move, problems, cancellation);
        return new MoveScope(
            from.Address, to.Address, counts ? await Count(selection, from, problems, cancellation) : []);
    }

    /// <summary>What a missing right keeps from being looked at is one problem more, and hides none of the
    /// others.</summary>
    private static async Task Collect(List<Problem> problems, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (GodwitException refused) when (refused.Problem.Recovery != Recovery.Retry)
        {
            problems.Add(refused.Problem);
        }
    }

    private static async Task<IReadOnlyList<StreamScope>> Count(
        MoveSelection selection, IStore from, List<Problem> problems, CancellationToken cancellation)
    {
        var scopes = new List<StreamScope>();
        foreach (var stream in selection.Streams)
        {
            var count = new ScopeCount(0, 0);
            await Collect(problems, async () => count = await from.Catalog.Count(stream, cancellation));
            scopes.Add(new StreamScope(
                stream.Schema.Name, stream.ToString(), count.InScope, count.Orphans, stream.Schema.EstimatedBytes));
        }
        scopes.AddRange(selection.References.Select(one =>
            new StreamScope(one.Name, "reference", 0, 0, one.EstimatedBytes)));
        scopes.AddRange(selection.Excluded.Select(one => new StreamScope(one, "excluded", 0, 0, 0)));
        return scopes;
    }

    private static async Task CompareReferences(
        MoveSelection selection, MovePorts move, List<Problem> problems, CancellationToken cancellation)
    {
        if (selection.References.Count == 0)
            return;
        var target = await move.To.Catalog.Read(cancellation);
        foreach (var reference in selection.References)
        {
            var here = await Digest(move.From, reference, cancellation);
            var there = target.Streams.FirstOrDefault(one =>
                string.Equals(one.Name, reference.Name, StringComparison.OrdinalIgnoreCase));
            var other = there is null ? "no such table" : await Digest(move.To, there, cancellation);
            if (here != other)
                problems.Add(EngineProblems.ReferenceDiffers(reference.Name, here, other));
        }
    }

    private static async Task<string> Digest(IStore store, StreamSchema schema, CancellationToken cancellation)
    {
        var digest = await store.Digest.Digest(ScopedStream.Everything(0, schema), KeyRange.All, cancellation);
        return digest.ToString();
    }
}
