using System.CommandLine;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo;

/// <summary><c>godwit demo</c></summary>
internal static class DemoCommand
{
    public static Command Create(CommandLine line)
    {
        var keep = new Option<string?>("--keep")
        {
            Description = "Make the shop in this folder and leave it there [default: a temporary folder]",
            HelpName = "DIR",
        };
        var seed = new Option<int?>("--seed")
        {
            Description = "Repeat a demonstration: the same rows, files and writers [default: by chance]",
            HelpName = "N",
        };
        var size = new Option<string>("--size")
        {
            Description = "How large the shop is: full or tiny",
            Hidden = true,
            DefaultValueFactory = _ => ShopSize.Full.Name,
        };
        size.AcceptOnlyFromAmong(ShopSize.Full.Name, ShopSize.Tiny.Name);
        var command = new Command("demo", "Move a live tenant between two shards and back, in under a minute")
        {
            keep,
            seed,
            size,
        };
        line.Act(command, (session, parsed, token) => Run(
            session, parsed.GetValue(keep), parsed.GetValue(seed), ShopSize.Named(parsed.GetValue(size)!), token));
        return command;
    }

    private static async Task<int> Run(
        Session session, string? keep, int? seed, ShopSize size, CancellationToken cancellation)
    {
        var surroundings = session.Surroundings;
        var path = keep is null ? null : Path.GetFullPath(keep, surroundings.Directory);
        if (path is not null && IsInUse(path))
        {
            session.Report.Error(DemoProblems.FolderInUse(path));
            return ExitCode.WrongUsage;
        }
        using var place = DemoPlace.Make(path);
        var story = new Story(session.Report, surroundings.Clock);
        var dice = seed ?? (int)(surroundings.Chance() * 1_000_000);
        var demo = new Demonstration(place.Folder, dice, size, surroundings, story);
        var result = await demo.Run(cancellation);
        place.Settle(result);
        story.End(result, place);
        session.Report.Result(result.Json(place.Receipt));
        return result.IsGood ? ExitCode.Done : ExitCode.Failed;
    }

    private static bool IsInUse(string path) =>
        File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any());
}
