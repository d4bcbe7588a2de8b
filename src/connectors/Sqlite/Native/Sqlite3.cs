using System.Runtime.InteropServices;

namespace Godwit.Connectors.Sqlite.Native;

/// <summary>The calls of SQLite's C interface that are needed, as they are.</summary>
/// <remarks>
/// Declared here and not taken from a provider, because the data path makes a dozen of them for each record: they must
/// not make strings, box, or check a handle each time. Calls that return within nanoseconds skip the collector's
/// bookkeeping; <see cref="sqlite3_step"/> and everything that may wait for a disk or a lock do not.
/// </remarks>
internal static unsafe partial class Sqlite3
{
    internal const string Library = "e_sqlite3";

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_libversion();

    [LibraryImport(Library)]
    internal static partial int sqlite3_libversion_number();

    [LibraryImport(Library)]
    internal static partial int sqlite3_open_v2(byte* name, nint* database, int flags, byte* vfs);

    [LibraryImport(Library)]
    internal static partial int sqlite3_close_v2(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_busy_timeout(nint database, int milliseconds);

    [LibraryImport(Library)]
    internal static partial void sqlite3_interrupt(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_extended_result_codes(nint database, int on);

    [LibraryImport(Library)]
    internal static partial int sqlite3_extended_errcode(nint database);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_errmsg(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_get_autocommit(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_db_readonly(nint database, byte* schema);

    [LibraryImport(Library)]
    internal static partial int sqlite3_file_control(nint database, byte* schema, int operation, void* argument);

    [LibraryImport(Library)]
    internal static partial long sqlite3_last_insert_rowid(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_changes(nint database);

    // Variadic in C. The six ignored arguments fill the registers, so that on systems that pass variable arguments on
    // the stack (Apple's ARM64) the two that count are found there; elsewhere the first form is used.
    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    internal static partial int sqlite3_db_config(nint database, int option, int on, int* now);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_config")]
    internal static partial int sqlite3_db_config_on_stack(
        nint database, int option, nint r2, nint r3, nint r4, nint r5, nint r6, nint r7, int on, int* now);

    [LibraryImport(Library)]
    internal static partial int sqlite3_table_column_metadata(
        nint database, byte* schema, byte* table, byte* column,
        byte** type, byte** collation, int* notNull, int* primaryKey, int* autoIncrement);

    [LibraryImport(Library)]
    internal static partial int sqlite3_prepare_v2(nint database, byte* sql, int bytes, nint* statement, byte** tail);

    [LibraryImport(Library)]
    internal static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    internal static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    internal static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_bind_double(nint statement, int index, double value);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_text(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_blob(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial double sqlite3_column_double(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_column_bytes(nint statement, int column);
}
