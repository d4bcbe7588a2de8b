using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Commands;

public sealed class GivingExpiriesAPoint
{
    private const long Received = 1_700_000_000_000;

    [Theory]
    [InlineData("EXPIRE k 10", "PEXPIREAT k 1700000010000")]
    [InlineData("expire k 10 GT", "PEXPIREAT k 1700000010000 GT")]
    [InlineData("EXPIRE k -1", "PEXPIREAT k 1699999999000")]
    [InlineData("PEXPIRE k 10 NX", "PEXPIREAT k 1700000000010 NX")]
    [InlineData("SETEX k 10 EX", "SET k EX PXAT 1700000010000")]
    [InlineData("PSETEX k 10 v", "SET k v PXAT 1700000000010")]
    [InlineData("SET k EX EX 10", "SET k EX PXAT 1700000010000")]
    [InlineData("SET k v NX GET px 10", "SET k v NX GET PXAT 1700000000010")]
    [InlineData("SET k v IFEQ EX PX 10", "SET k v IFEQ EX PXAT 1700000000010")]
    [InlineData("GETEX k EX 10", "PEXPIREAT k 1700000010000")]
    [InlineData("RESTORE k 10 payload", "RESTORE k 1700000000010 payload ABSTTL")]
    [InlineData("RESTORE k 10 ABSTTL REPLACE IDLETIME 5", "RESTORE k 1700000000010 ABSTTL REPLACE IDLETIME 5 ABSTTL")]
    [InlineData("HEXPIRE k 10 LT FIELDS 1 f", "HPEXPIREAT k 1700000010000 LT FIELDS 1 f")]
    [InlineData("HPEXPIRE k 10 FIELDS 1 f", "HPEXPIREAT k 1700000000010 FIELDS 1 f")]
    [InlineData("HSETEX k FNX EX 10 FIELDS 1 EX 7", "HSETEX k FNX PXAT 1700000010000 FIELDS 1 EX 7")]
    public void A_length_of_time_counts_from_when_it_was_received(string command, string converted)
    {
        Assert.Equal(
            RelativeTtlFinding.Converted, RelativeTtl.TryConvert(Words.Frame(command), Received, out var arguments));
        Assert.Equal(converted, Words.Text(arguments));
    }

    [Theory]
    [InlineData("SET k v")]
    [InlineData("SET EX PX KEEPTTL")]
    [InlineData("SET k v PXAT 1800000000000")]
    [InlineData("SET k v EXAT 1800000000")]
    [InlineData("PEXPIREAT k 1800000000000")]
    [InlineData("EXPIREAT k 1800000000")]
    [InlineData("GETEX k PERSIST")]
    [InlineData("RESTORE k 0 payload REPLACE")]
    [InlineData("RESTORE k 1800000000000 payload REPLACE ABSTTL")]
    [InlineData("HSETEX k FIELDS 1 EX 7")]
    [InlineData("LPUSH k EX 10")]
    public void What_expires_never_or_at_a_point_stays_as_it_is(string command)
    {
        Assert.Equal(
            RelativeTtlFinding.None, RelativeTtl.TryConvert(Words.Frame(command), Received, out var arguments));
        Assert.Empty(arguments);
    }

    [Theory]
    [InlineData("EXPIRE k")]
    [InlineData("EXPIRE k soon")]
    [InlineData("EXPIRE k 9223372036854775807")]
    [InlineData("SET k v EX")]
    [InlineData("SETEX k 10")]
    [InlineData("RESTORE k")]
    public void What_is_no_time_is_said_so(string command) =>
        Assert.Equal(RelativeTtlFinding.Malformed, RelativeTtl.TryConvert(Words.Frame(command), Received, out _));
}
