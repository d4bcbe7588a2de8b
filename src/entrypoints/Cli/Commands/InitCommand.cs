using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Running;
using Godwit.Cli.Storage;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit init FROM TO</c></summary>
internal static class InitCommand
{
    public static Command Create(CommandLine line)
    {
        var from = new Argument<string>("FROM")
        {
            Description = "Where the data is: postgres://USER@HOST/DATABASE, sqlite:PATH or file:///DIR",
        };
        var to = new Argument<string>("TO") { Description = "Where it shall be" };
        var output = new Option<string?>("-o", "--output")
        {
            Description = "Where the file is written [default: standard output]",
            HelpName = "FILE",
        };
        var command = new Command("init", "Write a commented migration file from both catalogs") { from, to, output };
        line.Act(command, (session, parsed, token) => Run(
            session, parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetValue(output), token));
        return command;
    }

    private static async Task<int> Run(
        Session session, string from, string to, string? output, CancellationToken cancellation)
    {
        var problems = new FileProblems("");
        var context = session.Context("", session.Surroundings.Directory);
        var reader = new AddressReader(context, new Filling(context, null, problems), problems);
        var source = reader.Read(new FileNode.Scalar(from, Plain: true, Line: 0), "FROM");
        var target = reader.Read(new FileNode.Scalar(to, Plain: true, Line: 0), "TO");
        if (source is null || target is null)
        {
            session.Report.Error(problems.Found, []);
            return ExitCode.WrongUsage;
        }
        var here = await Look(session, source, StoreRole.Source, cancellation);
        var there = await Look(session, target, StoreRole.Target, cancellation);
        var text = DraftFile.Of(source, target, here, there);
        if (output is null)
            session.Report.Line(text.TrimEnd());
        else
            Write(session, output, text);
        session.Report.Result(new JsonObject { ["file"] = output, ["text"] = text });
        return ExitCode.Done;
    }

    private static async Task<Catalog> Look(
        Session session, Address address, StoreRole role, CancellationToken cancellation)
    {
        await using var store = await OpenMoves.OpenAlone(address, role, session.Surroundings, cancellation);
        return await store.Catalog.Read(cancellation);
    }

    private static void Write(Session session, string output, string text)
    {
        var path = Path.GetFullPath(output, session.Surroundings.Directory);
        if (File.Exists(path))
            throw CliProblems.FileExists(output);
        try
        {
            AtomicFile.ReplaceDurably(path, Encoding.UTF8.GetBytes(text));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.FileUnusable(output, refused);
        }
        var shown = Printable.Text(output);
        session.Report.Line($"Wrote {shown}. Read it through, then: godwit check {shown}");
    }
}
