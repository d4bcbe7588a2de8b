using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Finds out whether a file system tells upper from lower case, by a file of its own in the state
/// directory.</summary>
internal static class CaseProbe
{
    internal static void Check(FilesSession session, TreeRoot root)
    {
        var state = root.OpenDirectory(session.State);
        if (state < 0)
            throw FilesProblems.From(state, "open", session.State);
        try
        {
            var file = Posix.Open(
                state, "case"u8, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.CloseOnExec, 0x180);
            if (file < 0)
                throw FilesProblems.From(file, "write to", session.State);
            _ = Posix.Close(file);
            var ignores = Posix.Status(state, "CASE"u8, out _) >= 0;
            _ = Posix.Unlink(state, "case"u8);
            if (ignores)
                throw FilesProblems.IgnoresCase(session.Opening.Shown);
        }
        finally
        {
            _ = Posix.Close(state);
        }
    }
}
