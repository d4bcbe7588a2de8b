namespace Godwit.Cli.MigrationFiles;

/// <summary>One address of a migration file.</summary>
/// <param name="Shown">For people: as written, tenant filled in, variables not.</param>
/// <param name="Full">For opening: everything filled in, paths absolute. May hold secrets.</param>
/// <param name="Scheme">What it begins with, before the colon.</param>
/// <param name="NamesTenant">Whether <c>{tenant}</c> was written in it.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record Address(string Shown, string Full, string Scheme, bool NamesTenant, int Line)
{
    /// <summary>Whether keys are there, and not tables or files.</summary>
    public bool IsCache => Scheme is "redis" or "rediss";

    /// <summary>Where it leads: without user and password, which may change while the place does not.</summary>
    public string Place
    {
        get
        {
            var (start, at) = (Full.IndexOf("://", StringComparison.Ordinal), Full.LastIndexOf('@'));
            return start < 0 || at < start ? Full : Full[..(start + 3)] + Full[(at + 1)..];
        }
    }
}
