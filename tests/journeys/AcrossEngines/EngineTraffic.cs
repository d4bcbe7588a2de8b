using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Godwit.Tests.Journeys.AcrossEngines;

/// <summary>Writers of two tables who note what was acknowledged, and read the route when they are sent
/// away.</summary>
/// <remarks>Each writer has ids of his own, so that what he noted last is what must be there.</remarks>
internal sealed class EngineTraffic(EngineSide first, EngineSide second, int tenant, string routes)
    : IAsyncDisposable
{
    private const int Writers = 2;
    private const int Ids = 40;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, string?> _notes = [];
    private readonly int[] _acknowledged = new int[2];
    private Task _writing = Task.CompletedTask;

    /// <summary>Acknowledged writes at the first and at the second side.</summary>
    public int At(EngineSide side) => Volatile.Read(ref _acknowledged[side == first ? 0 : 1]);

    public void Start() => _writing = Task.WhenAll(
        Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(writer))));

    public async Task GoesOn(EngineSide side, int writes)
    {
        var before = At(side);
        await Until.Holds(
            $"{writes} writes at {side.Address}", () => _writing.IsFaulted || At(side) >= before + writes,
            () => $"{At(side) - before}");
        if (_writing.IsFaulted)
            await _writing;
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    /// <summary>What must be there, as <see cref="EngineSide.Rows"/> tells it.</summary>
    public string Expected => string.Join('\n', _notes.Where(one => one.Value is not null).OrderBy(one => one.Key)
        .Select(one => one.Value));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_writing);
        _stop.Dispose();
    }

    private void Write(int writer)
    {
        var side = first;
        for (var round = 0; !_stop.IsCancellationRequested; round++)
        {
            var id = 1_000_000 + writer + (round % Ids * Writers);
            var (sql, note) = Deed(id, round);
            while (side.Try(sql) is { } refusal)
            {
                Assert.True(
                    refusal.Contains("this data has moved", StringComparison.Ordinal)
                    || refusal.Contains("locked", StringComparison.Ordinal)
                    || refusal.Contains("deadlock", StringComparison.Ordinal),
                    refusal);
                if (_stop.IsCancellationRequested)
                    return;
                side = Place();
            }
            _notes[id] = note;
            Interlocked.Increment(ref _acknowledged[side == first ? 0 : 1]);
        }
    }

    private EngineSide Place() => JsonNode.Parse(File.ReadAllText(routes))!.AsObject()
        .Any(tenants => (string?)tenants.Value!["places"]?[first.Address] == second.Address)
        ? second
        : first;

    private (string Sql, string? Note) Deed(int id, int round)
    {
        var what = $"'' ö \\ {round}\t";
        if (round % 7 == 6)
            return ($"BEGIN; DELETE FROM lines WHERE id = {id}; DELETE FROM orders WHERE id = {id}; COMMIT", null);
        return (
            $"""
            BEGIN;
            DELETE FROM lines WHERE id = {id}; DELETE FROM orders WHERE id = {id};
            INSERT INTO orders (id, tenant, what, price, size) VALUES ({id}, {tenant}, '{what}', {round}.5, {round}.25);
            INSERT INTO lines (id, "order", note) VALUES ({id}, {id}, 'first');
            UPDATE lines SET note = 'line {round}' WHERE id = {id};
            COMMIT
            """,
            $"{id}|{tenant}|{what.Replace("''", "'", StringComparison.Ordinal)}|{round}.5|{round}.25|line {round}");
    }
}
