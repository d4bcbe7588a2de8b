using System.Text;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Connectors.Kit.Translation;

public sealed class NamingTypesAcrossEngines
{
    [Theory]
    [InlineData("INTEGER", NeutralKind.Integer)]
    [InlineData("tinyint", NeutralKind.Integer)]
    [InlineData("POINT", NeutralKind.Integer)]
    [InlineData("NVARCHAR(160)", NeutralKind.Text)]
    [InlineData("CLOB", NeutralKind.Text)]
    [InlineData("DOUBLE PRECISION", NeutralKind.Real)]
    [InlineData("BLOB", NeutralKind.Bytes)]
    [InlineData("", NeutralKind.Other)]
    [InlineData("BOOL", NeutralKind.Boolean)]
    [InlineData("NUMERIC(10,2)", NeutralKind.Decimal)]
    [InlineData("decimal", NeutralKind.Decimal)]
    [InlineData("DATETIME", NeutralKind.Other)]
    [InlineData("STRING", NeutralKind.Other)]
    public void A_declared_type_is_read_as_it_is_meant(string type, NeutralKind kind) =>
        Assert.Equal(kind, DeclaredType.Neutral(type).Kind);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("2.00", "2")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("0.1", "0.1")]
    [InlineData("1.50", "1.5")]
    [InlineData("100000000000000000000", "1E+20")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("9223372036854775808", "9.223372036854775808E+18 is kept as text")]
    [InlineData("0.1234567890123456789", "text")]
    [InlineData("1.0000000000000001", "text")]
    [InlineData("NaN", "text")]
    [InlineData("Infinity", "Infinity")]
    public void A_decimal_travels_as_a_number_only_where_nothing_is_lost(string decimals, string number)
    {
        using var batch = new RecordBatch(1);
        Numeral.Append(batch, Encoding.ASCII.GetBytes(decimals));
        batch.EndRecord();
        var expected = number.EndsWith("text", StringComparison.Ordinal) ? $"'{decimals}'" : number;
        Assert.Equal(expected.Replace("Infinity", "∞"), Key.Show(batch, 0, 0).Replace("Infinity", "∞"));
    }
}
