using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo;

/// <summary>The folder of one demonstration. A temporary one goes when all went well; its receipt stays.</summary>
internal sealed class DemoPlace : IDisposable
{
    private readonly bool _isTemporary;
    private bool _stays;

    private DemoPlace(string path, bool isTemporary) =>
        (Folder, _isTemporary, _stays, Receipt) = (new ShopFolder(path), isTemporary, !isTemporary, null);

    public ShopFolder Folder { get; }

    /// <summary>Where the receipt stays; null when there is none.</summary>
    public string? Receipt { get; private set; }

    /// <summary>Whether there will be something to look at.</summary>
    public bool Stays => _stays;

    /// <param name="path">Null for a temporary one.</param>
    public static DemoPlace Make(string? path)
    {
        try
        {
            if (path is not null)
                Directory.CreateDirectory(path);
            return new DemoPlace(path ?? Directory.CreateTempSubdirectory("godwit-demo-").FullName, path is null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw DemoProblems.FolderUnusable(path ?? Path.GetTempPath(), refused);
        }
    }

    /// <summary>Decides what stays: of a good demonstration the receipt, of any other everything.</summary>
    public void Settle(DemoResult result)
    {
        _stays |= !result.IsGood;
        Receipt = File.Exists(Folder.Receipt) ? Folder.Receipt : null;
        if (_stays || Receipt is null)
            return;
        var apart = Folder.Path + ".receipt.json";
        File.Move(Receipt, apart);
        Receipt = apart;
    }

    public void Dispose()
    {
        if (_isTemporary && !_stays)
            Directory.Delete(Folder.Path, recursive: true);
    }
}
