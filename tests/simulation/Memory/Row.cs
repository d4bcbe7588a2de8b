using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>One record as the tests hold it. Never changes.</summary>
public sealed class Row : IEquatable<Row>
{
    private readonly Cell[] _cells;

    private Row(Cell[] cells) => _cells = cells;

    public int Count => _cells.Length;

    public Cell this[int column] => _cells[column];

    public static Row Of(params Cell[] cells) => new([.. cells]);

    public static Row At(RecordBatch batch, int record)
    {
        var cells = new Cell[batch.ColumnCount];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = Cell.At(batch, record, i);
        return new Row(cells);
    }

    /// <summary>The row with one value replaced.</summary>
    public Row With(int column, Cell cell)
    {
        var cells = (Cell[])_cells.Clone();
        cells[column] = cell;
        return new Row(cells);
    }

    public void AppendTo(RecordBatch batch)
    {
        foreach (var cell in _cells)
            cell.AppendTo(batch);
        batch.EndRecord();
    }

    public Key KeyIn(StreamSchema schema)
    {
        using var key = new RecordBatch(schema.KeyColumns.Count);
        foreach (var column in schema.KeyColumns)
            _cells[column].AppendTo(key);
        key.EndRecord();
        return Key.Of(key, 0);
    }

    public bool Equals(Row? other) => other is not null && _cells.AsSpan().SequenceEqual(other._cells);

    public override bool Equals(object? obj) => Equals(obj as Row);

    public override int GetHashCode() => _cells.Aggregate(0, (hash, cell) => HashCode.Combine(hash, cell));

    public override string ToString() => $"({string.Join(", ", _cells)})";
}
