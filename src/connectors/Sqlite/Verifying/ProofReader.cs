using System.Text;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Digests;
using Godwit.Core.Records;

namespace Godwit.Connectors.Sqlite.Verifying;

/// <summary>The verifier's own reader of rows: it shares with the copier neither statements nor the reading of
/// values.</summary>
internal sealed unsafe class ProofReader : IDisposable
{
    private readonly Database _database;
    private readonly RecordHasher _hasher = new();
    private readonly string _sql;
    private readonly int _columns;
    private nint _statement;

    internal ProofReader(Database database, string sql, int columns)
    {
        (_database, _sql, _columns) = (database, sql, columns);
        var bytes = Encoding.UTF8.GetBytes(sql);
        nint statement;
        int code;
        fixed (byte* text = bytes)
            code = Sqlite3.sqlite3_prepare_v2(database.Handle, text, bytes.Length, &statement, null);
        _statement = statement;
        if (code != Code.Ok)
            throw SqliteProblems.Of(database, code, sql);
    }

    internal bool Next()
    {
        var code = Sqlite3.sqlite3_step(_statement);
        if (code is Code.Row or Code.Done)
            return code == Code.Row;
        throw SqliteProblems.Of(_database, code, _sql);
    }

    /// <summary>The digest of the present row's columns from <paramref name="first"/> on.</summary>
    internal ulong Hash(int first)
    {
        var statement = _statement;
        for (var i = first; i < _columns; i++)
        {
            var type = Sqlite3.sqlite3_column_type(statement, i);
            if (type == Code.Integer)
                _hasher.AddInteger(Sqlite3.sqlite3_column_int64(statement, i));
            else if (type == Code.Text)
                _hasher.AddText(Bytes(Sqlite3.sqlite3_column_text(statement, i), i));
            else if (type == Code.Null)
                _hasher.AddNull();
            else if (type == Code.Float)
                _hasher.AddReal(Sqlite3.sqlite3_column_double(statement, i));
            else
                _hasher.AddBytes(Bytes(Sqlite3.sqlite3_column_blob(statement, i), i));
        }
        return _hasher.End();
    }

    /// <summary>Appends some columns of the present row as one record.</summary>
    internal void CopyTo(RecordBatch batch, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            var type = Sqlite3.sqlite3_column_type(_statement, i);
            if (type == Code.Integer)
                batch.AppendInteger(Sqlite3.sqlite3_column_int64(_statement, i));
            else if (type == Code.Text)
                batch.AppendText(Bytes(Sqlite3.sqlite3_column_text(_statement, i), i));
            else if (type == Code.Null)
                batch.AppendNull();
            else if (type == Code.Float)
                batch.AppendReal(Sqlite3.sqlite3_column_double(_statement, i));
            else
                batch.AppendBytes(Bytes(Sqlite3.sqlite3_column_blob(_statement, i), i));
        }
        batch.EndRecord();
    }

    public void Dispose()
    {
        var statement = Interlocked.Exchange(ref _statement, 0);
        if (statement != 0)
            _ = Sqlite3.sqlite3_finalize(statement);
    }

    // The length belongs to the form that was asked for just before.
    private ReadOnlySpan<byte> Bytes(byte* start, int column) =>
        new(start, Sqlite3.sqlite3_column_bytes(_statement, column));
}
