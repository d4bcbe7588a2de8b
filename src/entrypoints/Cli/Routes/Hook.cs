using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Godwit.Core.Routes;

namespace Godwit.Cli.Routes;

/// <summary>The user's program that is told of a switch. Started as it is written, without a shell.</summary>
internal sealed class Hook(HookSetup setup, TimeProvider clock)
{
    public async ValueTask Run(RouteEntry entry, CancellationToken cancellation)
    {
        var (complaints, talk) = (new LastLines(setup.Secrets), new LastLines(setup.Secrets));
        using var process = Start(entry);
        process.ErrorDataReceived += (_, line) => complaints.Add(line.Data);
        process.OutputDataReceived += (_, line) => talk.Add(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        process.StandardInput.Close();

        using var deadline = new CancellationTokenSource(setup.Deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            throw RouteProblems.HookTooSlow(setup.Command[0], setup.Deadline, Said());
        }
        if (process.ExitCode != 0)
            throw RouteProblems.HookFailed(setup.Command[0], process.ExitCode, Said());

        string Said() => complaints.ToString() is { Length: > 0 } text ? text : talk.ToString();
    }

    private Process Start(RouteEntry entry)
    {
        var start = new ProcessStartInfo(setup.Command[0], setup.Command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = setup.Directory,
        };
        var places = new JsonObject();
        foreach (var (from, to) in entry.Places)
            places[from] = to;
        start.Environment["GODWIT_MIGRATION"] = setup.Migration;
        start.Environment["GODWIT_TENANT"] = setup.Tenant;
        start.Environment["GODWIT_EPOCH"] = entry.Epoch.ToString(CultureInfo.InvariantCulture);
        start.Environment["GODWIT_PLACES"] = places.ToJsonString();
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refused)
        {
            throw RouteProblems.HookNotStarted(setup.Command[0], refused);
        }
    }
}
