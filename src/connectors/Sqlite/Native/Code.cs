namespace Godwit.Connectors.Sqlite.Native;

/// <summary>SQLite's result codes that are told apart, and constants of its interface.</summary>
internal static class Code
{
    internal const int Ok = 0;
    internal const int Error = 1;
    internal const int Permission = 3;
    internal const int Busy = 5;
    internal const int Locked = 6;
    internal const int NoMemory = 7;
    internal const int ReadOnly = 8;
    internal const int Interrupt = 9;
    internal const int InputOutput = 10;
    internal const int Corrupt = 11;
    internal const int Full = 13;
    internal const int CannotOpen = 14;
    internal const int Schema = 17;
    internal const int TooBig = 18;
    internal const int Constraint = 19;
    internal const int NotADatabase = 26;
    internal const int Row = 100;
    internal const int Done = 101;

    internal const int ConstraintPrimaryKey = Constraint | (6 << 8);
    internal const int ConstraintTrigger = Constraint | (7 << 8);
    internal const int ConstraintUnique = Constraint | (8 << 8);
    internal const int ConstraintRowId = Constraint | (10 << 8);

    internal const int OpenReadOnly = 0x1;
    internal const int OpenReadWrite = 0x2;
    internal const int OpenCreate = 0x4;
    internal const int OpenNoMutex = 0x8000;

    internal const int ConfigEnableTrigger = 1003;
    internal const int ControlHasMoved = 20;

    internal const int Integer = 1;
    internal const int Float = 2;
    internal const int Text = 3;
    internal const int Blob = 4;
    internal const int Null = 5;
}
