using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Tells what is defined differently at the target.</summary>
internal static class SchemaDifference
{
    /// <summary>For people; null when the definitions agree.</summary>
    internal static string? Between(StreamSchema source, TableShape target)
    {
        var there = Lines(source.Definition);
        var here = Lines(DefinitionText.Of(target));
        var parts = there.Except(here).Select(line => $"only the source has '{line}'")
            .Concat(here.Except(there).Select(line => $"only the target has '{line}'")).ToArray();
        return parts.Length == 0 ? null : string.Join("; ", parts.Take(6)) + (parts.Length > 6 ? "; and more" : "");
    }

    private static string[] Lines(string definition) => definition.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
