using Godwit.Core.Journals;
using Godwit.Core.Problems;
using Microsoft.Data.Sqlite;

namespace Godwit.Journals.Sqlite;

/// <summary>The journal of one migration in one SQLite file; docs/formats/journal.md describes it.</summary>
/// <remarks>
/// Any number of processes may have the same file open. Everything here runs off the caller's thread, one thing at a
/// time.
/// </remarks>
public sealed class SqliteJournal : IJournal, IAsyncDisposable
{
    private readonly string _path;
    private readonly string _migration;
    private readonly TimeProvider _clock;
    private readonly SqliteConnection _connection;
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Invariant: everything up to and including this link was checked by this instance.
    private ChainLink _checked = ChainLink.None;

    private SqliteJournal(string path, string migration, TimeProvider clock, SqliteConnection connection) =>
        (_path, _migration, _clock, _connection) = (path, migration, clock, connection);

    /// <summary>Opens the journal of a migration and checks its whole chain; makes it when it is not there.</summary>
    /// <exception cref="GodwitException">It is no journal, another migration's, damaged or closed to us.</exception>
    public static async Task<SqliteJournal> Open(
        string path, string migration, TimeProvider clock, CancellationToken cancellation)
    {
        var journal = await Task.Run(() => OpenNow(path, migration, clock), cancellation).ConfigureAwait(false);
        try
        {
            await journal.ReadAfter(0, cancellation).ConfigureAwait(false);
            return journal;
        }
        catch (Exception failure) when (failure is GodwitException or OperationCanceledException)
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<JournalEntry> Append(
        string kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        return await Alone(() => AppendNow(kind, payload.ToArray()), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<JournalEntry>> ReadAfter(long sequence, CancellationToken cancellation) =>
        await Alone(() => ReadNow(sequence), cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private static SqliteJournal OpenNow(string path, string migration, TimeProvider clock)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = JournalFile.Connect(path, create: true);
            JournalFile.Prepare(connection, path, migration, clock.GetUtcNow());
            return new SqliteJournal(path, migration, clock, connection);
        }
        catch (SqliteException cause)
        {
            connection?.Dispose();
            throw JournalProblems.From(path, cause);
        }
        catch (GodwitException)
        {
            connection?.Dispose();
            throw;
        }
    }

    private async Task<T> Alone<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Not cancelled once begun: whoever asked could not know whether the entry was written.
            return await Task.Run(work, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SqliteException cause)
        {
            throw JournalProblems.From(_path, cause);
        }
        finally
        {
            _turn.Release();
        }
    }

    private JournalEntry AppendNow(string kind, byte[] payload)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        var last = Head();
        var (sequence, now) = (last.Sequence + 1, _clock.GetUtcNow());
        var at = EntryHash.Text(now);
        var hash = EntryHash.Of(last.Hash.Span, sequence, at, kind, payload);
        EntryRows.Insert(_connection, sequence, at, kind, payload, hash);
        EntryRows.MoveHead(_connection, sequence, hash);
        transaction.Commit();
        if (_checked.Sequence == last.Sequence)
            _checked = new ChainLink(sequence, hash);
        return new JournalEntry(sequence, now.ToUniversalTime(), kind, payload, hash);
    }

    private List<JournalEntry> ReadNow(long sequence)
    {
        using var transaction = _connection.BeginTransaction(deferred: true);
        var head = Head();
        var before = StartOf(sequence);
        var entries = new List<JournalEntry>();
        foreach (var row in EntryRows.After(_connection, before.Sequence))
        {
            var entry = row.After(before);
            // The chain has to pass through the link that was checked earlier: so what is read again is the same again.
            if (entry is null || (entry.Sequence == _checked.Sequence && !Same(entry.Hash, _checked.Hash)))
                throw JournalProblems.Changed(_path, before.Sequence + 1);
            if (entry.Sequence == 1)
                JournalFile.CheckHeader(_path, _migration, entry.Kind, entry.Payload);
            if (entry.Sequence > sequence)
                entries.Add(entry);
            before = new ChainLink(entry.Sequence, entry.Hash);
        }
        // Entries that are gone from the end leave a good chain behind; the head remembers them.
        if (before.Sequence != head.Sequence || !Same(before.Hash, head.Hash))
            throw JournalProblems.Changed(_path, Math.Min(before.Sequence, head.Sequence) + 1);
        _checked = before;
        return entries;
    }

    private ChainLink StartOf(long sequence) =>
        sequence >= _checked.Sequence ? _checked
        : sequence <= 0 ? ChainLink.None
        : EntryRows.At(_connection, sequence) ?? throw JournalProblems.Changed(_path, sequence);

    private static bool Same(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) =>
        left.Span.SequenceEqual(right.Span);

    /// <summary>The end of the chain, when head and entries agree on it.</summary>
    private ChainLink Head()
    {
        if (EntryRows.Head(_connection) is not { } head || EntryRows.Last(_connection) is not { } last)
            throw JournalProblems.Changed(_path, 1);
        if (head.Sequence != last.Sequence || !Same(head.Hash, last.Hash))
            throw JournalProblems.Changed(_path, Math.Min(head.Sequence, last.Sequence) + 1);
        if (head.Sequence < _checked.Sequence)
            throw JournalProblems.Shorter(_path, _checked.Sequence, head.Sequence);
        return head;
    }
}
