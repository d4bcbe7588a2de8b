using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Looks over the writers' shoulders: reads their notes while they write.</summary>
internal sealed class TrafficWatch(ShopFolder folder)
{
    private readonly Notes _notes = new(folder.Notes);

    /// <summary>The machine's clock, as notes use it.</summary>
    public static long Now => Environment.TickCount64;

    /// <summary>The moving tenant's transactions that were begun after a moment and acknowledged.</summary>
    public IReadOnlyList<NotedTransaction> Since(long moment) =>
        [.. Moving().SelectMany(note => note.Acknowledged).Where(one => one.Begun > moment)];

    /// <summary>The longest time in which one of the moving tenant's row writers got no yes.</summary>
    public long LongestWait() =>
        Moving().Where(note => note.Acknowledged.Count > 0 && note.Acknowledged[0].Writes[0].Stream != NotedWrite.Files)
            .Select(note => note.Acknowledged.Zip(note.Acknowledged.Skip(1), (one, next) => next.Begun - one.Begun))
            .SelectMany(gaps => gaps)
            .DefaultIfEmpty()
            .Max();

    private IEnumerable<NoteContent> Moving() =>
        _notes.Read().Where(note => note.Acknowledged is [{ Tenant: 42 }, ..]);
}
