using System.Security.Cryptography;
using System.Text;
using Godwit.Cli.Storage;
using Godwit.Engine.Receipts;

namespace Godwit.Cli.State;

/// <summary>Signs with the key in the state directory, which is made when it is needed for the first time.</summary>
internal sealed class KeyFileSigner : ISigner, IDisposable
{
    private readonly ECDsa _key;

    private KeyFileSigner(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public static KeyFileSigner Open(StateDirectory state)
    {
        state.Create();
        try
        {
            if (!File.Exists(state.SigningKey))
                Make(state.SigningKey);
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(state.SigningKey));
            if (!File.Exists(state.PublicKey))
                WritePublic(state.PublicKey, key);
            return new KeyFileSigner(key);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException
            or CryptographicException or ArgumentException)
        {
            throw CliProblems.SigningKeyUnusable(state.SigningKey, refused);
        }
    }

    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256);

    public void Dispose() => _key.Dispose();

    private static void WritePublic(string path, ECDsa key) =>
        AtomicFile.Replace(path, Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"));

    /// <summary>Two processes may do this at once: both then read the one key that stayed.</summary>
    private static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = $"{path}.{Environment.ProcessId}";
        AtomicFile.ReplaceDurably(
            draft, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
        AtomicFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
