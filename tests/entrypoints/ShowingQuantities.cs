using Godwit.Cli.MigrationFiles;

namespace Godwit.Tests.Entrypoints;

public sealed class ShowingQuantities
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("5 s", 5_000)]
    public void Durations_have_a_unit(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Quantity.Duration(text));

    [Theory]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("25h")]
    [InlineData("1e3s")]
    [InlineData("5 sec")]
    public void What_is_no_duration_is_not_guessed(string text) => Assert.Null(Quantity.Duration(text));

    [Theory]
    [InlineData("1B", 1)]
    [InlineData("2KB", 2_000)]
    [InlineData("50MB", 50_000_000)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("64MiB", 67_108_864)]
    public void Sizes_have_a_unit(string text, long bytes) => Assert.Equal(bytes, Quantity.Size(text));

    [Theory]
    [InlineData("50")]
    [InlineData("0MB")]
    [InlineData("fast")]
    [InlineData("9999999999999GB")]
    public void What_is_no_size_is_not_guessed(string text) => Assert.Null(Quantity.Size(text));

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(1.25, "1.3 s")]
    [InlineData(75, "1 m 15 s")]
    [InlineData(4000, "1 h 6 m")]
    public void Times_are_shown_as_people_say_them(double seconds, string text) =>
        Assert.Equal(text, Quantity.Show(TimeSpan.FromSeconds(seconds)));
}
