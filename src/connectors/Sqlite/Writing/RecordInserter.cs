using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Inserts records of one stream, and settles what is in their way.</summary>
/// <remarks>
/// A record that is in the way is never overwritten, with one exception: see <see cref="InTheWay.OutOfDate"/>. A key
/// is no such exception, because whatever of ours had it was deleted before.
/// </remarks>
internal sealed class RecordInserter : IDisposable
{
    private readonly Database _database;
    private readonly ScopedStream _stream;
    private readonly SqliteNames _names;
    private readonly InTheWay _holders;
    private readonly Statement _insert;
    private ConflictFinder? _conflicts;

    internal RecordInserter(Database database, SqliteNames names, ScopedStream stream, InTheWay holders)
    {
        (_database, _names, _stream, _holders) = (database, names, stream, holders);
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
        _conflicts ??= new ConflictFinder(_database, _names, _stream);
        if (_holders == InTheWay.OutOfDate)
            _conflicts.DeleteOutOfDate(batch, record);
        if (_conflicts.Holder(batch, record) is { } claim)
            throw new GodwitException(SqliteProblems.Taken(_database.Shown, _stream, claim, batch, record));
        _insert.BindRecord(1, batch, record);
        if (_insert.TryRun() != Code.Ok)
            throw new GodwitException(SqliteProblems.RefusedRecord(_database, _stream, batch, record));
    }
}
