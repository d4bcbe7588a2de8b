using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo.Audit;

/// <summary>A transaction whose writer was killed in it: all of it may be there, or none.</summary>
internal sealed class OpenWrites(NotedTransaction transaction)
{
    private readonly Dictionary<(string Stream, string Key), string?> _after =
        transaction.Writes.ToDictionary(one => (one.Stream, one.Key), one => one.Text);

    private bool _someAreThere;
    private bool _someAreNot;

    public Tenant Tenant { get; } = Tenant.Numbered((long)transaction.Tenant)!;

    /// <summary>Rows and files are never written in one transaction.</summary>
    public string Stream { get; } = transaction.Writes[0].Stream;

    public bool IsHalfDone => _someAreThere && _someAreNot;

    public bool Has(string stream, string key) => _after.ContainsKey((stream, key));

    /// <param name="found">What is there; null for nothing.</param>
    /// <param name="before">What was there before; null for nothing.</param>
    /// <returns>Whether it is one of the two.</returns>
    public bool Accepts(string stream, string key, string? found, string? before)
    {
        var after = _after[(stream, key)];
        if (after != before)
        {
            _someAreThere |= found == after;
            _someAreNot |= found == before;
        }
        return found == after || found == before;
    }

    /// <summary>Of keys that did not exist before nothing is found when nothing happened.</summary>
    public void NoteAbsent(Func<string, string, bool> isHere) =>
        _someAreNot |= _after.Any(one => one.Value is not null && !isHere(one.Key.Stream, one.Key.Key));

    public override string ToString() => $"number {transaction.Number} of tenant {transaction.Tenant}";
}
