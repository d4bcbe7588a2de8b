using System.Buffers;
using System.Globalization;
using System.Text;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Engine.Planning;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Makes a definition of a migration file's text, or all the reasons why not.</summary>
internal sealed class MigrationFileReader
{
    private static readonly string[] TopKeys = ["migration", "tenant", "mode", "moves", "route", "cutover", "limits"];

    private static readonly SearchValues<char> AddressMarks = SearchValues.Create("/\\${}?#%@:");

    private readonly ReadingContext _context;
    private readonly FileProblems _problems;
    private readonly FileSection _top;
    private readonly string _text;

    private MigrationFileReader(string text, ReadingContext context)
    {
        (_text, _context, _problems) = (text, context, new FileProblems(context.File));
        _top = FileSection.Of(FileTree.Read(text, context.File), "a migration file", TopKeys, _problems)!;
    }

    public static FileReading Read(string text, ReadingContext context)
    {
        try
        {
            return new MigrationFileReader(text, context).Read();
        }
        catch (GodwitException refused)
        {
            return new FileReading(null, [refused.Problem]);
        }
    }

    /// <summary>The migration's name alone: what is needed to find its journal.</summary>
    /// <exception cref="GodwitException">There is no name that could be one.</exception>
    public static string NameIn(string text, string file)
    {
        var problems = new FileProblems(file);
        var name = FileTree.Read(text, file).Entries
            .Where(one => one.Key.Text == "migration")
            .Select(one => one.Value).OfType<FileNode.Scalar>().FirstOrDefault();
        if (name is null)
            problems.Missing(1, "migration", "the file", "migration: NAME");
        else if (!IsName(name.Text))
            problems.BadName(name.Line, name.Text);
        return problems.Count == 0 ? name!.Text : throw new GodwitException(problems.Found[0]);
    }

    private FileReading Read()
    {
        var name = ReadName();
        var tenant = ReadTenant();
        var mode = _top.Value("mode", ReadMode, "full, incremental or hybrid") ?? MigrationMode.Hybrid;
        var filling = new Filling(_context, tenant?.Text, _problems);
        var moves = new MovesReader(_context, filling, _problems, tenant is not null).Read(_top);
        var route = _top.Section("route", "file")?.Required("file", "'route'", "file: /etc/shop/routes.json");
        var routePath = route is null ? null : Path.GetFullPath(filling.Everything(route, "route"), _context.Directory);
        var cutover = _top.Section("cutover", "max_pause", "max_lag", "hook");
        var limits = _top.Section("limits", "parallel", "bytes_per_second");
        var hook = cutover?.List("hook").Select(one => filling.Everything(one, "hook")).ToArray() ?? [];
        var pause = cutover?.Value("max_pause", Quantity.Duration, "a duration such as 5s");
        var lag = cutover?.Value("max_lag", Quantity.Duration, "a duration such as 1s");
        var bytes = limits?.Value("bytes_per_second", Quantity.Size, "a size such as 50MB");
        var definition = new MigrationDefinition
        {
            Name = name,
            Tenant = tenant is null ? null : KeyOf(tenant),
            RouteName = tenant?.Text ?? "*",
            Mode = mode,
            Moves = [.. moves.Select(one => one.Definition)],
            MaxPause = pause ?? TimeSpan.FromSeconds(5),
            MaxLag = lag ?? TimeSpan.FromSeconds(1),
            Parallel = ReadParallel(limits),
            Text = _text,
        };
        return _problems.Count > 0
            ? new FileReading(null, _problems.Found)
            : new FileReading(
                new MigrationFile
                {
                    Definition = definition,
                    Addresses = [.. moves.Select(one => one.Addresses)],
                    Route = routePath,
                    Hook = hook,
                    BytesPerSecond = bytes,
                    Secrets = filling.Secrets,
                },
                []);
    }

    private string ReadName()
    {
        var name = _top.Required("migration", "the file", "migration: NAME");
        if (name is not null && !IsName(name.Text))
            _problems.BadName(name.Line, name.Text);
        return name?.Text ?? "";
    }

    public static bool IsName(string text) =>
        text.Length is > 0 and <= 64
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_');

    private FileNode.Scalar? ReadTenant()
    {
        var id = _top.Section("tenant", "id")?.Required("id", "'tenant'", "id: 42");
        if (id is null)
            return null;
        if (id.Text.Length == 0 || id.Text.Any(char.IsControl))
            _problems.BadTenant(id.Line, id.Text, "It is empty or holds control characters.");
        else if (id.Text.Contains("${", StringComparison.Ordinal))
            _problems.BadTenant(id.Line, id.Text, "A later command could see another value and move another tenant.");
        else if (_text.Contains(Filling.TenantMark, StringComparison.Ordinal) && !FitsAddress(id.Text))
            _problems.BadTenant(id.Line, id.Text, "Put into an address it would change which place is meant.");
        return id;
    }

    private static int? ReadParallel(FileSection? limits) =>
        limits?.Scalar("parallel") is null or { Text: "auto" } ? null
        : limits.Value("parallel", ReadCount, "auto, or a number from 1 to 64");

    private static int? ReadCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 64
            ? count
            : null;

    private static MigrationMode? ReadMode(string text) => text switch
    {
        "full" => MigrationMode.Full,
        "incremental" => MigrationMode.Incremental,
        "hybrid" => MigrationMode.Hybrid,
        _ => null,
    };

    /// <summary>A number without quotes is a number in the database; anything else is text.</summary>
    private static Key KeyOf(FileNode.Scalar id)
    {
        using var batch = new RecordBatch(1);
        if (id.Plain && long.TryParse(id.Text, NumberStyles.AllowLeadingSign, null, out var number))
            batch.AppendInteger(number);
        else
            batch.AppendText(Encoding.UTF8.GetBytes(id.Text));
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    private static bool FitsAddress(string id) =>
        id is not ("." or "..") && id.AsSpan().IndexOfAny(AddressMarks) < 0;
}
