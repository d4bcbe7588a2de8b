using System.Security.Cryptography;
using System.Text;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.State;
using Godwit.Connectors.Kit.Translation;
using Godwit.Core.Stores;
using Godwit.Engine.Planning;

namespace Godwit.Cli.Running;

/// <summary>The stores of all moves, open until this is disposed.</summary>
internal sealed class OpenMoves : IAsyncDisposable
{
    private readonly List<IStore> _stores = [];
    private readonly List<MovePorts> _ports = [];

    private OpenMoves()
    {
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<MovePorts> Ports => _ports;

    /// <param name="home">Where stores may keep what must outlive the process; null when they are only looked
    /// at.</param>
    /// <param name="mayCut">Whether what came apart since the parts were cut may be cut anew.</param>
    public static async Task<OpenMoves> Open(
        MigrationFile file, Surroundings surroundings, MigrationHome? home, bool mayCut,
        CancellationToken cancellation)
    {
        var moves = new OpenMoves();
        var isComplete = false;
        try
        {
            foreach (var part in await Parts(file, surroundings, home, mayCut, cancellation))
                await moves.Add(file, part, surroundings, home, cancellation);
            isComplete = true;
            return moves;
        }
        finally
        {
            if (!isComplete)
                await moves.DisposeAsync();
        }
    }

    /// <summary>One store alone, to look at.</summary>
    public static Task<IStore> OpenAlone(
        Address address, StoreRole role, Surroundings surroundings, CancellationToken cancellation) =>
        Wiring.Connector(address.Scheme).Open(
            Opening("init", address, address, surroundings) with { Peer = null }, role, cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        _stores.Clear();
    }

    /// <summary>The parts that the moves of the file fall into: one of each for most.</summary>
    /// <remarks>Remembered before anything is opened by them: whatever is done for a part, the next life knows
    /// it.</remarks>
    private static async Task<IReadOnlyList<MovePart>> Parts(
        MigrationFile file, Surroundings surroundings, MigrationHome? home, bool mayCut,
        CancellationToken cancellation)
    {
        var known = home?.ReadParts();
        var parts = known is null ? await Cut(file, surroundings, cancellation)
            : mayCut ? await CutAgain(known, file, surroundings, cancellation)
            : known;
        if (known is null || !parts.SequenceEqual(known))
            home?.KeepParts(parts);
        return parts;
    }

    private static async Task<IReadOnlyList<MovePart>> Cut(
        MigrationFile file, Surroundings surroundings, CancellationToken cancellation)
    {
        var parts = new List<MovePart>();
        for (var i = 0; i < file.Addresses.Count; i++)
        {
            var cut = await Wiring.Connector(file.Addresses[i].From.Scheme).Parts(
                Opening(file, i, surroundings), cancellation);
            parts.AddRange(cut.DefaultIfEmpty(null).Select(one => new MovePart(i, one)));
        }
        return parts;
    }

    /// <summary>Each part stays at its place; new ones come behind all others.</summary>
    private static async Task<IReadOnlyList<MovePart>> CutAgain(
        IReadOnlyList<MovePart> known, MigrationFile file, Surroundings surroundings, CancellationToken cancellation)
    {
        var (parts, added) = (known.ToList(), new List<MovePart>());
        for (var i = 0; i < file.Addresses.Count; i++)
        {
            var places = Enumerable.Range(0, known.Count)
                .Where(at => known[at].Move == i && known[at].Options is not null).ToList();
            if (places.Count == 0)
                continue;
            var cut = await Wiring.Connector(file.Addresses[i].From.Scheme).PartsAgain(
                Opening(file, i, surroundings), [.. places.Select(at => known[at].Options!)], cancellation);
            for (var at = 0; at < places.Count; at++)
                parts[places[at]] = new MovePart(i, cut[at]);
            added.AddRange(cut.Skip(places.Count).Select(one => new MovePart(i, one)));
        }
        return [.. parts, .. added];
    }

    private async Task Add(
        MigrationFile file, MovePart part, Surroundings surroundings, MigrationHome? home,
        CancellationToken cancellation)
    {
        var whole = file.Addresses[part.Move];
        var addresses = whole with { From = whole.From.With(part.Options), To = whole.To.With(part.Options) };
        var from = await Open(file, addresses, StoreRole.Source, surroundings, home, cancellation);
        var to = await Open(file, addresses, StoreRole.Target, surroundings, home, cancellation);
        var told = from.AsSourceFor(to) ?? from;
        _ports.Add(new MovePorts(file.Definition.Moves[part.Move], told, TranslatedStore.Between(told, to)));
    }

    private async Task<IStore> Open(
        MigrationFile file, MoveAddresses addresses, StoreRole role, Surroundings surroundings, MigrationHome? home,
        CancellationToken cancellation)
    {
        var (here, there) = role == StoreRole.Source
            ? (addresses.From, addresses.To)
            : (addresses.To, addresses.From);
        var opening = Opening(file.Definition.Name, here, there, surroundings) with
        {
            BytesPerSecond = file.BytesPerSecond,
            FeedsBack = file.Definition.Mode == MigrationMode.Hybrid && !addresses.IsOneWay,
            Keys = addresses.Keys,
            Table = addresses.Table,
            FencedUser = addresses.FencedUser,
            MaxPause = file.Definition.MaxPause,
            Folder = home is null ? null : Path.Combine(home.Path, $"store-{_stores.Count}"),
        };
        var store = await Wiring.Connector(here.Scheme).Open(opening, role, cancellation);
        _stores.Add(store);
        return store;
    }

    private static StoreOpening Opening(MigrationFile file, int move, Surroundings surroundings) =>
        Opening(file.Definition.Name, file.Addresses[move].From, file.Addresses[move].To, surroundings);

    private static StoreOpening Opening(
        string migration, Address here, Address there, Surroundings surroundings) => new()
    {
        Address = here.Full,
        Shown = here.Shown,
        Migration = migration,
        Mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(migration)).AsSpan(0, 4)),
        Elsewhere = there.Shown,
        Peer = there.Full,
        Clock = surroundings.Clock,
        Chance = surroundings.Chance,
    };
}
