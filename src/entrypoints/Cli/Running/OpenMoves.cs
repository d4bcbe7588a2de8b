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
    public static async Task<OpenMoves> Open(
        MigrationFile file, Surroundings surroundings, MigrationHome? home, CancellationToken cancellation)
    {
        var moves = new OpenMoves();
        var isComplete = false;
        try
        {
            var parts = home?.ReadParts() ?? await Parts(file, surroundings, home, cancellation);
            for (var i = 0; i < file.Addresses.Count; i++)
            {
                foreach (var part in parts[i].DefaultIfEmpty(null))
                    await moves.Add(file, i, part, surroundings, home, cancellation);
            }
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

    /// <summary>For each move of the file the parts that it falls into: none for most.</summary>
    private static async Task<IReadOnlyList<IReadOnlyList<string>>> Parts(
        MigrationFile file, Surroundings surroundings, MigrationHome? home, CancellationToken cancellation)
    {
        var moves = new List<IReadOnlyList<string>>();
        foreach (var addresses in file.Addresses)
        {
            moves.Add(await Wiring.Connector(addresses.From.Scheme).Parts(
                Opening(file.Definition.Name, addresses.From, addresses.To, surroundings), cancellation));
        }
        home?.KeepParts(moves);
        return moves;
    }

    private async Task Add(
        MigrationFile file, int move, string? part, Surroundings surroundings, MigrationHome? home,
        CancellationToken cancellation)
    {
        var whole = file.Addresses[move];
        var addresses = whole with { From = whole.From.With(part), To = whole.To.With(part) };
        var from = await Open(file, addresses, StoreRole.Source, surroundings, home, cancellation);
        var to = await Open(file, addresses, StoreRole.Target, surroundings, home, cancellation);
        var told = from.AsSourceFor(to) ?? from;
        _ports.Add(new MovePorts(file.Definition.Moves[move], told, TranslatedStore.Between(told, to)));
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
