using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>How the log describes a followed table at the place that is being read.</summary>
internal sealed class Relation
{
    /// <summary>More columns than this and a record is read by key: there is a bit for each that is not told.</summary>
    private const int MostColumns = 64;

    private readonly RecordBatch _scratch;
    private readonly RecordBatch _keyScratch;
    private readonly int[] _key;
    private readonly int[] _all;
    private readonly int _tenant;
    private readonly IReadOnlyList<Wire> _keyWires;
    private readonly IReadOnlyList<Wire> _wires;

    /// <param name="stream">What is followed.</param>
    /// <param name="columns">In the order of the tuples.</param>
    /// <exception cref="KeyNotFoundException">A column that is needed is not told.</exception>
    internal Relation(ScopedStream stream, List<string> columns)
    {
        Stream = stream;
        var schema = stream.Schema;
        int Place(int column) => columns.IndexOf(schema.Columns[column].Name);
        int Needed(int column) => Place(column) is >= 0 and var place
            ? place
            : throw new KeyNotFoundException(schema.Columns[column].Name);
        _key = [.. schema.KeyColumns.Select(Needed)];
        _tenant = stream.Kind == ScopeKind.ByColumn ? Needed(stream.TenantColumn) : -1;
        _all = [.. Enumerable.Range(0, schema.Columns.Count).Select(Place)];
        _wires = Wire.Of(schema.Columns);
        _keyWires = Wire.Of(KeySql.Columns(schema));
        (_scratch, _keyScratch) = (new RecordBatch(_all.Length), new RecordBatch(_key.Length));
        TellsRecords = IsTold(stream) && _all.Length <= MostColumns && !_all.Contains(-1);
    }

    internal ScopedStream Stream { get; }

    /// <summary>Whether a record can be taken from the log, or only its key.</summary>
    internal bool TellsRecords { get; }

    /// <summary>Whether what the log tells of a row decides alone whether it is in scope, and which record it
    /// is.</summary>
    /// <remarks>Not where another row decides about it, and not where the whole row is the key: then several rows are
    /// one record.</remarks>
    internal static bool IsTold(ScopedStream stream) =>
        stream.Kind != ScopeKind.ByParent && stream.Schema.KeyColumns.Count < stream.Schema.Columns.Count;

    /// <summary>Whether a part of the key is not told.</summary>
    internal bool LacksKey(LogTuple tuple) => _key.Any(tuple.IsUntold);

    internal Key KeyOf(LogTuple tuple)
    {
        _keyScratch.Clear();
        for (var i = 0; i < _key.Length; i++)
            tuple.AppendTo(_keyScratch, _keyWires[i], _key[i]);
        _keyScratch.EndRecord();
        return Key.Of(_keyScratch, 0);
    }

    /// <summary>Whose the row is; null when the log does not tell.</summary>
    internal Key? TenantOf(LogTuple tuple)
    {
        if (_tenant < 0 || tuple.IsUntold(_tenant))
            return null;
        using var value = new RecordBatch(1);
        tuple.AppendTo(value, _wires[Stream.TenantColumn], _tenant);
        value.EndRecord();
        return Key.Of(value, 0);
    }

    /// <summary>The record, in a batch that is filled again by the next call.</summary>
    /// <param name="tuple">The row after the change.</param>
    /// <param name="before">The row before it, when all of it is told.</param>
    /// <param name="missing">A bit for each column that neither tells.</param>
    internal RecordBatch RecordOf(LogTuple tuple, LogTuple? before, out ulong missing)
    {
        missing = 0;
        _scratch.Clear();
        for (var i = 0; i < _all.Length; i++)
        {
            var from = tuple.IsUntold(_all[i]) && before is not null ? before : tuple;
            if (from.IsUntold(_all[i]))
                missing |= 1UL << i;
            from.AppendTo(_scratch, _wires[i], _all[i]);
        }
        _scratch.EndRecord();
        return _scratch;
    }
}
