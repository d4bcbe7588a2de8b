using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Godwit.Engine.Receipts;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit receipt verify FILE</c>: needs the file and, to know who signed it, the public key.</summary>
internal static class ReceiptVerifyCommand
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<string>("FILE") { Description = "The receipt" };
        var key = new Option<string?>("--key")
        {
            Description = "Public key of the signer; without it the key in the receipt is believed",
            HelpName = "PUBLIC.pem",
        };
        var command = new Command("verify", "Check a receipt, without network or state") { file, key };
        line.Act(command, (session, parsed, _) =>
            Task.FromResult(Run(session, parsed.GetRequiredValue(file), parsed.GetValue(key))));
        return command;
    }

    private static int Run(Session session, string file, string? key)
    {
        var expected = key is null ? [] : PublicKey(session, key);
        var verdict = ReceiptCheck.Check(Read(session, file), expected);
        var json = new JsonObject
        {
            ["valid"] = verdict.Valid,
            ["migration"] = verdict.Migration,
            ["verdict"] = verdict.Verdict,
            ["units"] = verdict.Units,
            ["key_fingerprint"] = verdict.KeyFingerprint,
            ["signer_is_known"] = key is not null,
        };
        if (verdict.Problem is { } problem)
        {
            session.Report.Error([problem], json);
            return ExitCode.Failed;
        }
        session.Report.Line($"{file} is as it was signed: {verdict.Migration}, {verdict.Verdict}, "
            + $"{verdict.Units:N0} verified units.");
        session.Report.Line(key is null
            ? $"Signed with the key {verdict.KeyFingerprint}; compare it with the signer's, or give --key PUBLIC.pem."
            : $"Signed by the owner of {key}.");
        session.Report.Result(json);
        return ExitCode.Done;
    }

    private static byte[] PublicKey(Session session, string path)
    {
        var text = Read(session, path);
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(System.Text.Encoding.UTF8.GetString(text));
            return key.ExportSubjectPublicKeyInfo();
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            throw CliProblems.KeyUnreadable(path, broken);
        }
    }

    private static byte[] Read(Session session, string path)
    {
        try
        {
            return File.ReadAllBytes(Path.GetFullPath(path, session.Surroundings.Directory));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.FileUnusable(path, refused);
        }
    }
}
