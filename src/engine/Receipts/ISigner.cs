namespace Godwit.Engine.Receipts;

/// <summary>Signs the heads of receipts.</summary>
public interface ISigner
{
    /// <summary>The public key as a DER SubjectPublicKeyInfo.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>ECDSA P-256 over SHA-256 of the data, in IEEE P1363 form (64 bytes).</summary>
    byte[] Sign(ReadOnlySpan<byte> data);
}
