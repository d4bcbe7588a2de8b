using System.Runtime.InteropServices;
using System.Text;
using Godwit.Core.Records;

namespace Godwit.Connectors.Sqlite.Native;

/// <summary>One prepared statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed unsafe class Statement : IDisposable
{
    private readonly Database _database;
    private readonly string _sql;
    private nint _handle;

    // Values that are bound lie here until the statement has run: SQLite makes no copy of its own.
    private byte* _held;
    private int _capacity;
    private int _used;
    private bool _ended;
    private List<nint>? _outgrown;

    internal Statement(Database database, nint handle, string sql) =>
        (_database, _handle, _sql) = (database, handle, sql);

    internal int ParameterCount => Sqlite3.sqlite3_bind_parameter_count(_handle);

    /// <summary>Whether there is another row. After the last one it stays false until <see cref="Reset"/>.</summary>
    internal bool Step()
    {
        if (_ended)
            return false; // SQLite itself would begin anew.
        var code = Sqlite3.sqlite3_step(_handle);
        if (code == Code.Row)
            return true;
        _ended = true;
        return code == Code.Done ? false : throw Failed(code);
    }

    /// <summary>As <see cref="Step"/>, for callers that expect a constraint to refuse: the code instead of a
    /// problem.</summary>
    internal int TryRun()
    {
        int code;
        while ((code = Sqlite3.sqlite3_step(_handle)) == Code.Row)
        {
        }
        var extended = code == Code.Done ? Code.Ok : _database.ExtendedCode;
        if (code != Code.Done && (code & 0xff) != Code.Constraint)
            throw Failed(code);
        Reset();
        return extended;
    }

    /// <summary>Runs to the end and is ready to run again.</summary>
    internal void Run()
    {
        while (Step())
        {
        }
        Reset();
    }

    internal void Reset()
    {
        _ = Sqlite3.sqlite3_reset(_handle);
        _used = 0;
        _ended = false;
        FreeOutgrown();
    }

    internal void Bind(int index, long value) => Check(Sqlite3.sqlite3_bind_int64(_handle, index, value));

    internal void Bind(int index, double value) => Check(Sqlite3.sqlite3_bind_double(_handle, index, value));

    internal void Bind(int index, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Reserve(bytes.Length);
        Hold(index, bytes, ValueIs.Text);
    }

    /// <summary>Binds all values of a record to the parameters from <paramref name="first"/> on.</summary>
    internal void BindRecord(int first, RecordBatch batch, int record)
    {
        var columns = batch.ColumnCount;
        var size = 0;
        for (var i = 0; i < columns; i++)
        {
            if (batch.KindAt(record, i) is ValueKind.Text or ValueKind.Bytes)
                size += batch.BytesAt(record, i).Length + 1;
        }
        Reserve(size);
        for (var i = 0; i < columns; i++)
            BindValue(first + i, batch, record, i);
    }

    /// <summary>Binds the values of one record in the given columns to the parameters from <paramref name="first"/>
    /// on.</summary>
    internal void BindColumns(int first, RecordBatch batch, int record, IReadOnlyList<int> columns)
    {
        var size = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            if (batch.KindAt(record, columns[i]) is ValueKind.Text or ValueKind.Bytes)
                size += batch.BytesAt(record, columns[i]).Length + 1;
        }
        Reserve(size);
        for (var i = 0; i < columns.Count; i++)
            BindValue(first + i, batch, record, columns[i]);
    }

    /// <summary>Binds the bounds of a range, From before To, as <c>KeySql.Within</c> numbers them.</summary>
    internal void BindRange(KeyRange range)
    {
        var first = 1;
        foreach (var key in (Key?[])[range.From, range.To])
        {
            if (key is null)
                continue;
            using var batch = key.ToBatch();
            for (var i = 0; i < batch.ColumnCount; i++)
            {
                // A null has no parameter: it is spelled out in the condition.
                if (batch.KindAt(0, i) != ValueKind.Null)
                    BindColumn(first + i, batch, 0, i);
            }
            first += batch.ColumnCount;
        }
    }

    /// <summary>Binds one value of a batch.</summary>
    internal void BindColumn(int index, RecordBatch batch, int record, int column)
    {
        if (batch.KindAt(record, column) is ValueKind.Text or ValueKind.Bytes)
            Reserve(batch.BytesAt(record, column).Length + 1);
        BindValue(index, batch, record, column);
    }

    internal bool IsNull(int column) => Sqlite3.sqlite3_column_type(_handle, column) == Code.Null;

    internal long Integer(int column) => Sqlite3.sqlite3_column_int64(_handle, column);

    internal double Real(int column) => Sqlite3.sqlite3_column_double(_handle, column);

    internal int Type(int column) => Sqlite3.sqlite3_column_type(_handle, column);

    internal string String(int column) => Encoding.UTF8.GetString(TextBytes(column));

    internal string? StringOrNull(int column) => IsNull(column) ? null : String(column);

    /// <summary>Valid until the next step.</summary>
    internal ReadOnlySpan<byte> TextBytes(int column)
    {
        // In this order: asking for the length first would give it in the database's own encoding.
        var text = Sqlite3.sqlite3_column_text(_handle, column);
        return new ReadOnlySpan<byte>(text, Sqlite3.sqlite3_column_bytes(_handle, column));
    }

    /// <inheritdoc cref="TextBytes"/>
    internal ReadOnlySpan<byte> BlobBytes(int column)
    {
        var blob = Sqlite3.sqlite3_column_blob(_handle, column);
        return new ReadOnlySpan<byte>(blob, Sqlite3.sqlite3_column_bytes(_handle, column));
    }

    /// <summary>Appends columns of the present row as one record, each value in its storage class.</summary>
    internal void AppendTo(RecordBatch batch, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            switch (Sqlite3.sqlite3_column_type(_handle, i))
            {
                case Code.Integer: batch.AppendInteger(Sqlite3.sqlite3_column_int64(_handle, i)); break;
                case Code.Text: batch.AppendText(TextBytes(i)); break;
                case Code.Float: batch.AppendReal(Sqlite3.sqlite3_column_double(_handle, i)); break;
                case Code.Null: batch.AppendNull(); break;
                case Code.Blob: batch.AppendBytes(BlobBytes(i)); break;
                case var other: throw new InvalidOperationException($"Storage class {other}.");
            }
        }
        batch.EndRecord();
    }

    public void Dispose()
    {
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle == 0)
            return;
        _ = Sqlite3.sqlite3_finalize(handle);
        FreeOutgrown();
        NativeMemory.Free(_held);
        _held = null;
    }

    private enum ValueIs
    {
        Text,
        Blob,
    }

    private void BindValue(int index, RecordBatch batch, int record, int column)
    {
        switch (batch.KindAt(record, column))
        {
            case ValueKind.Integer: Bind(index, batch.IntegerAt(record, column)); break;
            case ValueKind.Text: Hold(index, batch.BytesAt(record, column), ValueIs.Text); break;
            case ValueKind.Null: Check(Sqlite3.sqlite3_bind_null(_handle, index)); break;
            case ValueKind.Real: Bind(index, batch.RealAt(record, column)); break;
            case ValueKind.Bytes: Hold(index, batch.BytesAt(record, column), ValueIs.Blob); break;
            case var kind: throw new InvalidOperationException($"Value kind {kind} cannot be stored in SQLite.");
        }
    }

    private void Hold(int index, ReadOnlySpan<byte> bytes, ValueIs what)
    {
        // Invariant: the pointer is never null, because a null pointer would bind NULL instead of an empty value.
        var place = _held + _used;
        bytes.CopyTo(new Span<byte>(place, bytes.Length));
        _used += bytes.Length + 1;
        Check(what == ValueIs.Text
            ? Sqlite3.sqlite3_bind_text(_handle, index, place, bytes.Length, 0)
            : Sqlite3.sqlite3_bind_blob(_handle, index, place, bytes.Length, 0));
    }

    // Bound pointers must stay where they are: a block that is outgrown is kept until the statement has run.
    private void Reserve(int bytes)
    {
        var needed = checked(_used + bytes + 1);
        if (needed <= _capacity)
            return;
        if (_used > 0)
            (_outgrown ??= []).Add((nint)_held);
        else
            NativeMemory.Free(_held);
        _capacity = Math.Max(4096, bytes + 1);
        _held = (byte*)NativeMemory.Alloc((nuint)_capacity);
        _used = 0;
    }

    private void FreeOutgrown()
    {
        if (_outgrown is null)
            return;
        foreach (var block in _outgrown)
            NativeMemory.Free((void*)block);
        _outgrown = null;
    }

    private void Check(int code)
    {
        if (code != Code.Ok)
            throw Failed(code);
    }

    private Exception Failed(int code)
    {
        var problem = SqliteProblems.Of(_database, code, _sql);
        Reset();
        return problem;
    }
}
