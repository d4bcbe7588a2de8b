namespace Godwit.Cli.MigrationFiles;

/// <summary>One address of a migration file.</summary>
/// <param name="Shown">For people: as written, tenant filled in, variables not.</param>
/// <param name="Full">For opening: everything filled in, paths absolute. May hold secrets.</param>
/// <param name="Scheme">What it begins with, before the colon.</param>
/// <param name="NamesTenant">Whether <c>{tenant}</c> was written in it.</param>
/// <param name="Line">Where it stands.</param>
internal sealed record Address(string Shown, string Full, string Scheme, bool NamesTenant, int Line)
{
    /// <summary>The same with one more option, as <c>name=value</c>; the same itself when that is null.</summary>
    public Address With(string? option) => option is null
        ? this
        : this with { Shown = Add(Shown, option), Full = Add(Full, option) };

    private static string Add(string address, string option) =>
        $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{option}";

    /// <summary>Whether keys are there, and not tables or files.</summary>
    public bool IsCache => Scheme is "redis" or "rediss";

    /// <summary>Whether queues are there.</summary>
    public bool IsBroker => Scheme is "amqp" or "amqps";

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
