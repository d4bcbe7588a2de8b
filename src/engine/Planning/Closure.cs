using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Engine.Planning;

/// <summary>
/// Which streams belong to a tenant and by what path: those with the tenant column, then, step by step, those with a
/// foreign key to one that belongs.
/// </summary>
internal sealed class Closure
{
    private readonly Dictionary<string, Link> _links = new(StringComparer.OrdinalIgnoreCase);

    private Closure(IReadOnlyList<StreamSchema> streams, string tenantColumn)
    {
        var found = new List<StreamSchema>();
        foreach (var stream in streams.Where(one => one.ColumnNamed(tenantColumn) >= 0))
        {
            _links[stream.Name] = new Link(null, null);
            found.Add(stream);
        }
        while (found.Count > 0)
            found = NextStep(streams, found);
        Unreached = [.. streams.Where(one => !_links.ContainsKey(one.Name)).Select(one => one.Name)];
    }

    /// <summary>Streams that no path reaches.</summary>
    internal IReadOnlyList<string> Unreached { get; }

    internal static Closure Of(IReadOnlyList<StreamSchema> streams, string tenantColumn) => new(streams, tenantColumn);

    /// <summary>The reached streams with their scopes, parents before children.</summary>
    internal IReadOnlyList<ScopedStream> Scope(IReadOnlyList<StreamSchema> streams, string tenantColumn, Key tenant)
    {
        var scoped = new Dictionary<string, ScopedStream>(StringComparer.OrdinalIgnoreCase);
        var reached = streams.Where(one => _links.ContainsKey(one.Name)).ToList();
        foreach (var stream in StreamOrder.ParentsFirst(reached, name => _links[name].Parent))
        {
            var link = _links[stream.Name];
            scoped[stream.Name] = link.Path is null
                ? ScopedStream.ByColumn(scoped.Count, stream, stream.ColumnNamed(tenantColumn), tenant)
                : ScopedStream.ByParent(scoped.Count, stream, scoped[link.Parent!], link.Path);
        }
        return [.. scoped.Values.OrderBy(one => one.Number)];
    }

    private List<StreamSchema> NextStep(IReadOnlyList<StreamSchema> streams, List<StreamSchema> found)
    {
        var next = new List<StreamSchema>();
        var links = new List<Link>();
        foreach (var stream in streams.Where(one => !_links.ContainsKey(one.Name)))
        {
            // Of several keys at the same distance the one that cannot be null decides: it leaves no orphans.
            var path = stream.ForeignKeys
                .Where(key => found.Any(parent => Same(parent.Name, key.Parent)))
                .OrderBy(key => key.Columns.Any(column => IsNullable(stream, column)))
                .FirstOrDefault();
            if (path is null)
                continue;
            next.Add(stream);
            links.Add(new Link(path.Parent, path));
        }
        for (var i = 0; i < next.Count; i++)
            _links[next[i].Name] = links[i];
        return next;
    }

    private static bool IsNullable(StreamSchema stream, string column)
    {
        var index = stream.ColumnNamed(column);
        return index < 0 || stream.Columns[index].Nullable;
    }

    private static bool Same(string left, string right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private sealed record Link(string? Parent, ForeignKey? Path);
}
