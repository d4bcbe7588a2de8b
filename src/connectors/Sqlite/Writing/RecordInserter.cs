using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Inserts records of one stream, and settles what is in their way.</summary>
/// <remarks>
/// A record in scope that holds a key or a unique value which the source gives to another record is out of date: the
/// source has let go of the value since, so the key of that record was touched and it comes again. It is deleted.
/// A record outside the scope belongs to somebody else: that is a problem, never overwritten.
/// </remarks>
internal sealed class RecordInserter : IDisposable
{
    private readonly Database _database;
    private readonly ScopedStream _stream;
    private readonly Statement _insert;
    private ConflictFinder? _conflicts;

    internal RecordInserter(Database database, ScopedStream stream)
    {
        (_database, _stream) = (database, stream);
        var columns = stream.Schema.Columns;
        _insert = database.Prepare(
            $"INSERT INTO main.{Quote.Name(stream.Schema.Name)} ({string.Join(", ", columns.Select(KeySql.Name))})"
            + $" VALUES ({string.Join(", ", columns.Select(_ => "?"))})");
    }

    internal void Insert(RecordBatch batch, int record)
    {
        _insert.BindRecord(1, batch, record);
        var code = _insert.TryRun();
        if (code != Code.Ok)
            Settle(code, batch, record);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _conflicts?.Dispose();
    }

    private void Settle(int code, RecordBatch batch, int record)
    {
        if (code is not (Code.ConstraintPrimaryKey or Code.ConstraintUnique or Code.ConstraintRowId))
            throw new GodwitException(SqliteProblems.RefusedRecord(_database, _stream, batch, record));
        _conflicts ??= new ConflictFinder(_database, _stream);
        _conflicts.DeleteInScope(batch, record);
        if (_conflicts.Holder(batch, record) is { } claim)
            throw new GodwitException(SqliteProblems.Taken(_database.Shown, _stream, claim, batch, record));
        _insert.BindRecord(1, batch, record);
        if (_insert.TryRun() != Code.Ok)
            throw new GodwitException(SqliteProblems.RefusedRecord(_database, _stream, batch, record));
    }
}
