using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Godwit.Cli.State;
using Godwit.Cli.Storage;
using Godwit.Engine.Receipts;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit receipt NAME -o FILE</c></summary>
internal static class ReceiptCommand
{
    public static Command Create(CommandLine line)
    {
        var name = Inputs.Name();
        var output = new Option<string>("-o", "--output")
        {
            Description = "Where the receipt is written",
            HelpName = "FILE",
        };
        name.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("receipt", "Write signed evidence of what was moved and verified")
        {
            name,
            output,
            ReceiptVerifyCommand.Create(line),
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(name) is null)
                parsed.AddError("Name a migration, or give 'verify' and a file.");
            else if (parsed.GetValue(output) is null)
                parsed.AddError("Give the file to write with -o FILE.");
        });
        line.Act(command, (session, parsed, token) => Run(
            session, session.Find(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(output), token));
        return command;
    }

    private static async Task<int> Run(
        Session session, MigrationHome home, string output, CancellationToken cancellation)
    {
        using var signer = KeyFileSigner.Open(session.State);
        await using var journal = await Wiring.OpenJournal(home, session.Surroundings.Clock, cancellation);
        var receipt = await ReceiptWriter.Write(journal, signer, session.Surroundings.Clock, cancellation);
        var path = Path.GetFullPath(output, session.Surroundings.Directory);
        try
        {
            AtomicFile.ReplaceDurably(path, receipt);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.FileUnusable(output, refused);
        }
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(signer.PublicKey.Span));
        session.Report.Line($"Wrote {output}, signed with the key {fingerprint}.");
        session.Report.Line($"Give it away with {session.State.PublicKey}; whoever has both checks it with");
        session.Report.Line($"  godwit receipt verify {output} --key {Path.GetFileName(session.State.PublicKey)}");
        session.Report.Result(new JsonObject
        {
            ["migration"] = home.Name,
            ["file"] = path,
            ["public_key_file"] = session.State.PublicKey,
            ["key_fingerprint"] = fingerprint,
        });
        return ExitCode.Done;
    }
}
