using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Reads a declared type as SQLite does ("Datatypes In SQLite", 3.1), and as people mean it.</summary>
internal static class DeclaredType
{
    private static readonly string[] Decimals = ["NUM", "DEC", "MONEY", "CURRENCY"];

    internal static Affinity AffinityOf(string type) =>
        Has(type, "INT") ? Affinity.Integer
        : Has(type, "CHAR") || Has(type, "CLOB") || Has(type, "TEXT") ? Affinity.Text
        : type.Length == 0 || Has(type, "BLOB") || Is(type, "ANY") ? Affinity.Blob
        : Has(type, "REAL") || Has(type, "FLOA") || Has(type, "DOUB") ? Affinity.Real
        : Affinity.Numeric;

    internal static NeutralType Neutral(string type) => AffinityOf(type) switch
    {
        Affinity.Integer => new NeutralType(NeutralKind.Integer, 64),
        Affinity.Real => new NeutralType(NeutralKind.Real, 64),
        Affinity.Text => new NeutralType(NeutralKind.Text),
        Affinity.Blob => new NeutralType(Has(type, "BLOB") ? NeutralKind.Bytes : NeutralKind.Other),
        _ when Has(type, "BOOL") => new NeutralType(NeutralKind.Boolean),
        _ when Array.Exists(Decimals, word => Has(type, word)) => new NeutralType(NeutralKind.Decimal),

        // Dates and whatever else people declare: mostly texts, sometimes numbers.
        _ => new NeutralType(NeutralKind.Other),
    };

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string type, string word) => type.Equals(word, StringComparison.OrdinalIgnoreCase);
}
