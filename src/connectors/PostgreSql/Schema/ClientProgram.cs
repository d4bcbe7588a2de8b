using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>Runs a program of PostgreSQL's client package against one database.</summary>
/// <remarks>The password goes through the environment: never through arguments, which others can see.</remarks>
internal sealed class ClientProgram(PostgreSqlStore store, string program)
{
    /// <summary>Its major version; null when it cannot be started at all.</summary>
    internal async Task<int?> Major(CancellationToken cancellation)
    {
        try
        {
            // As "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
            var (code, output, _) = await Run(["--version"], input: null, cancellation).ConfigureAwait(false);
            var number = output.Split(") ", 2)[^1].Split('.', ' ', '\n')[0];
            return code == 0 && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
                ? major
                : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Whether it can be started at all.</summary>
    internal async Task<bool> IsThere(CancellationToken cancellation)
    {
        try
        {
            var (code, _, _) = await Run(["--version"], input: null, cancellation).ConfigureAwait(false);
            return code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <returns>What it printed.</returns>
    /// <exception cref="GodwitException">It is not there, or it failed.</exception>
    internal async Task<string> Do(IEnumerable<string> arguments, string? input, CancellationToken cancellation)
    {
        try
        {
            var (code, output, errors) = await Run(arguments, input, cancellation).ConfigureAwait(false);
            return code == 0
                ? output
                : throw new GodwitException(PostgreSqlProblems.ProgramFailed(program, errors.Trim()));
        }
        catch (Win32Exception missing)
        {
            throw new GodwitException(PostgreSqlProblems.NoProgram(program, missing.Message));
        }
    }

    private async Task<(int Code, string Output, string Errors)> Run(
        IEnumerable<string> arguments, string? input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Address(start.Environment);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            if (input is not null)
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private void Address(IDictionary<string, string?> environment)
    {
        var settings = PostgreSqlAddress.Parse(store.Opening.Address, store.Opening.Shown);
        environment["PGHOST"] = settings.Host;
        environment["PGPORT"] = settings.Port.ToString(CultureInfo.InvariantCulture);
        environment["PGDATABASE"] = settings.Database;
        environment["PGUSER"] = settings.Username;
        environment["PGPASSWORD"] = settings.Password;
        environment["PGSSLMODE"] = settings.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            var mode => mode.ToString().ToLowerInvariant(),
        };
        environment["PGSSLROOTCERT"] = settings.RootCertificate;
        environment["PGSSLCERT"] = settings.SslCertificate;
        environment["PGSSLKEY"] = settings.SslKey;
        environment["PGAPPNAME"] = "godwit";
        environment["PGOPTIONS"] = "-c client_min_messages=warning -c statement_timeout=0";
        environment["LC_ALL"] = "C";
    }
}
