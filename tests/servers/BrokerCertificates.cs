using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Godwit.Tests.Servers;

/// <summary>Certificates of a test's own: an authority, and what it has signed for 127.0.0.1.</summary>
internal sealed class BrokerCertificates
{
    private static readonly TimeSpan Margin = TimeSpan.FromDays(1);

    /// <param name="folder">Of the server; deleted with it.</param>
    public BrokerCertificates(ServerFolder folder)
    {
        (Authority, Certificate, Key) = (folder["ca.pem"], folder["certificate.pem"], folder["key.pem"]);
        var (begin, end) = (DateTimeOffset.UtcNow - Margin, DateTimeOffset.UtcNow + Margin);
        using var authorityKey = RSA.Create(2048);
        var request = Request("Tests", authorityKey);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(begin, end);
        using var key = RSA.Create(2048);
        request = Request("127.0.0.1", key);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, begin, end, [1]);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(Certificate, signed.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A file with the authority's certificate.</summary>
    public string Authority { get; }

    public string Certificate { get; }

    public string Key { get; }

    private static CertificateRequest Request(string name, RSA key) =>
        new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}
