using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class WritingTests
{
    [Fact]
    public void No_test_sleeps() => Rules.Keeps(NobodySleeps);

    [Theory]
    [InlineData("Thread.Sleep(100);")]
    [InlineData("await Task.Delay(2000);")]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(2), cancellation);")]
    public void A_sleep_is_noticed(string text) => Rules.Notices(NobodySleeps, ("tests/core/A.cs", text));

    [Theory]
    [InlineData("await Task.Delay(TimeSpan.FromSeconds(2), clock, cancellation);")]
    [InlineData("await Task.Delay(Latency(dice), world.Clock);")]
    [InlineData("// no Thread.Sleep(1) here")]
    public void A_delay_in_simulated_time_is_not(string text) => Rules.Allows(NobodySleeps, ("tests/core/A.cs", text));

    [Fact]
    public void Nothing_is_mocked() => Rules.Keeps(NobodyMocks);

    [Fact]
    public void A_mocking_library_is_noticed() =>
        Rules.Notices(NobodyMocks, ("Directory.Packages.props", "<PackageVersion Include=\"NSubstitute\" />"));

    private static IEnumerable<Complaint> NobodySleeps(House house) =>
        from file in house.CSharpUnder("tests")
        from sleep in Sleep().Matches(file.Code)
        where !IsSimulated(file.Code, sleep)
        select new Complaint(
            file.At(sleep.Index),
            "a test that sleeps is slow when it passes and wrong when the machine is busy.",
            "Use the simulated clock, or wait for a named event with Until.");

    private static bool IsSimulated(string code, Match sleep)
    {
        var end = code.IndexOf(';', sleep.Index);
        return sleep.Value.StartsWith("Task", StringComparison.Ordinal)
            && Clock().IsMatch(code[(sleep.Index + sleep.Length)..(end < 0 ? code.Length : end)]);
    }

    private static IEnumerable<Complaint> NobodyMocks(House house) =>
        from file in house.Files
        where Path.GetExtension(file.Name) is ".props" or ".csproj"
        from mock in Mock().Matches(file.Text)
        select new Complaint(
            file.At(mock.Index),
            $"{mock.Value} tests that a call was made, not that the world is right.",
            "Use the real thing, a fake that speaks the protocol, or the simulated world.");

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\s*\(|\bTask\s*\.\s*Delay\s*\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@",\s*[\w.]*(clock|time)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();

    [GeneratedRegex("\"(Moq|NSubstitute|FakeItEasy|JustMock|Rhino\\.?Mocks)[\".]", RegexOptions.IgnoreCase)]
    private static partial Regex Mock();
}
