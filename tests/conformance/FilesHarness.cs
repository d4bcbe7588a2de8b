using System.Text;
using Godwit.Connectors.Files;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Conformance;

/// <summary>Two directories and an application that writes files. A tenant has a directory of its own.</summary>
public sealed class FilesHarness : StoreHarness
{
    private readonly TemporaryFolder _folder = new();

    public override bool HasNeighbours => false;

    public override bool HasChildren => false;

    public override bool HasTransactions => false;

    public override bool HoldsValuesInColumns => false;

    public override bool HasCounters => false;

    public override bool CanLoseCapture => false;

    public override IReadOnlyList<string> Damages => ["a byte of the same length and time", "longer", "mode", "time"];

    public override Task Create()
    {
        Directory.CreateDirectory(Path(Place.Source));
        return Task.CompletedTask;
    }

    public override Task<IStore> Open(Place place, StoreRole role, string mark = Mark) => new FilesConnector().Open(
        new StoreOpening
        {
            Address = $"file://{Path(place)}",
            Shown = $"file://{Path(place)}",
            Migration = "conformance",
            Mark = mark,
            Elsewhere = Elsewhere,
            Peer = $"file://{Path(1 - place)}",
            Clock = TimeProvider.System,
            Chance = () => 0.5,
        },
        role,
        CancellationToken.None);

    public override IReadOnlyList<ScopedStream> Scope(Catalog catalog) =>
        [ScopedStream.Everything(0, Assert.Single(catalog.Streams))];

    public override Key KeyOf(int stream, int number)
    {
        using var batch = new RecordBatch(1);
        batch.AppendBytes(Encoding.UTF8.GetBytes(Name(number)));
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    public override async Task<string?> Write(Place place, params Wish[] wishes)
    {
        foreach (var wish in wishes)
        {
            var path = PathOf(place, wish.Number);
            if (wish.Content is null)
            {
                File.Delete(path);
                continue;
            }
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, wish.Content);
        }
        return null;
    }

    public override async Task<SortedDictionary<string, string>> Contents(Place place, Owner owner)
    {
        var contents = new SortedDictionary<string, string>();
        if (owner != Owner.Mine || !Directory.Exists(Path(place)))
            return contents;
        foreach (var path in Directory.EnumerateFiles(Path(place), "f*.txt", SearchOption.AllDirectories))
        {
            var number = System.IO.Path.GetFileNameWithoutExtension(path)[1..];
            contents.Add($"0/{number}", $"{ModeOf(path)} {File.GetLastWriteTimeUtc(path):O} "
                + await File.ReadAllTextAsync(path));
        }
        return contents;
    }

    public override async Task Damage(Place place, int number, string what)
    {
        var path = PathOf(place, number);
        var time = File.GetLastWriteTimeUtc(path);
        switch (what)
        {
            case "longer":
                await File.AppendAllTextAsync(path, "x");
                break;
            case "mode":
                SetMode(path);
                break;
            case "time":
                time = time.AddSeconds(-1);
                break;
            default:
                var bytes = await File.ReadAllBytesAsync(path);
                bytes[0] ^= 1;
                await File.WriteAllBytesAsync(path, bytes);
                break;
        }
        File.SetLastWriteTimeUtc(path, time);
    }

    public override Task Renumber(Place place, int number, int to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(place, to))!);
        File.Move(PathOf(place, number), PathOf(place, to));
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ModeOf(string path) =>
        OperatingSystem.IsWindows() ? "" : File.GetUnixFileMode(path).ToString();

    private static void SetMode(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherExecute);
    }

    private static string Name(int number) => $"d{number % 3}/f{number}.txt";

    private string Path(Place place) => _folder[place.ToString()];

    private string PathOf(Place place, int number) => System.IO.Path.Combine(Path(place), Name(number));
}
