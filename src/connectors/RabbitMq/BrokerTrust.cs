using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Looks at a broker's certificate by those that an address says are trusted, for everything that is spoken
/// with that broker.</summary>
internal sealed class BrokerTrust
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _trusted = [];

    private BrokerTrust()
    {
    }

    /// <summary>Null where the machine's own trust is meant.</summary>
    /// <exception cref="GodwitException">The file holds no certificates.</exception>
    internal static RemoteCertificateValidationCallback? Of(BrokerAddress address, string shown)
    {
        if (address.Authority is not { } file)
            return null;
        var trust = new BrokerTrust();
        try
        {
            trust._trusted.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException
            or UnauthorizedAccessException)
        {
            throw new GodwitException(RabbitMqProblems.BadAddress(shown, failure.Message), failure);
        }
        return trust._trusted.Count > 0
            ? trust.Trusts
            : throw new GodwitException(RabbitMqProblems.BadAddress(
                shown, $"There is no certificate in {Printable.Text(file)}."));
    }

    private bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 theirs
            || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var anew = new X509Chain();
        anew.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        anew.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        anew.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        anew.ChainPolicy.ApplicationPolicy.Add(new Oid(ForServers));
        foreach (var between in chain is null ? Enumerable.Empty<X509ChainElement>() : chain.ChainElements)
            anew.ChainPolicy.ExtraStore.Add(between.Certificate);
        return anew.Build(theirs);
    }
}
