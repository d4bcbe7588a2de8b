using System.Diagnostics;
using System.Text;
using Godwit.Connectors.Files.Kernel;

namespace Godwit.Tests.Connectors.Files;

/// <summary>A directory tree that a test fills and looks at by its own means, names as bytes.</summary>
internal sealed class Tree(string path)
{
    public string Path { get; } = path;

    public string this[string name] => name.Length == 0 ? Path : System.IO.Path.Combine(Path, name);

    public static bool IsRoot => Posix.User == 0;

    public void Directory(string name) => System.IO.Directory.CreateDirectory(this[name]);

    public void Write(string name, string text)
    {
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public string Read(string name) => File.ReadAllText(this[name]);

    public bool Has(string name) => Posix.Status(Posix.WorkingDirectory, Bytes(this[name]), out _) >= 0;

    public void Symlink(string name, string target) => File.CreateSymbolicLink(this[name], target);

    public void HardLink(string name, string other) =>
        Assert.True(Posix.Link(
            Posix.WorkingDirectory, Bytes(this[other]), Posix.WorkingDirectory, Bytes(this[name])) >= 0);

    /// <summary>Writes a file whose name is bytes that are no text.</summary>
    public void WriteRaw(byte[] name, string text)
    {
        var file = Posix.Open(
            Posix.WorkingDirectory, [.. Bytes(Path), (byte)'/', .. name],
            OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.CloseOnExec, 0x1a4);
        Assert.True(file >= 0, $"{file}");
        Posix.Write(file, Bytes(text), 0);
        Posix.Close(file);
    }

    public void Remove(string name)
    {
        if (Status(name).Kind == EntryKind.Directory)
            System.IO.Directory.Delete(this[name], recursive: true);
        else
            File.Delete(this[name]);
    }

    public void Rename(string from, string to) => Assert.True(Posix.Rename(
        Posix.WorkingDirectory, Bytes(this[from]), Posix.WorkingDirectory, Bytes(this[to])) >= 0);

    public void Swap(string one, string other) => Assert.True(Posix.Exchange(
        Posix.WorkingDirectory, Bytes(this[one]), Posix.WorkingDirectory, Bytes(this[other])) >= 0);

    public void TrySwap(string one, string other) => _ = Posix.Exchange(
        Posix.WorkingDirectory, Bytes(this[one]), Posix.WorkingDirectory, Bytes(this[other]));

    public void Mode(string name, uint mode)
    {
        var file = Posix.Open(Posix.WorkingDirectory, Bytes(this[name]), OpenFlags.Content);
        Assert.True(Posix.ChangeMode(file, mode) >= 0);
        Posix.Close(file);
    }

    public void SetModified(string name, long nanoseconds) =>
        Assert.True(Posix.SetModified(Posix.WorkingDirectory, Bytes(this[name]), nanoseconds) >= 0);

    internal FileStatus Status(string name)
    {
        var result = Posix.Status(Posix.WorkingDirectory, Bytes(this[name]), out var status);
        return result >= 0 ? status : throw new FileNotFoundException($"{name}: {Errno.Text(-result)}");
    }

    /// <summary>Every entry with everything that must have arrived, found by another program than the one that is
    /// tested.</summary>
    public string Listing() => Run(
        "find", Path, "-mindepth", "1", "(", "-name", "_godwit_0badcafe", "-prune", ")", "-o", "(",
        "-type", "d", "-printf", "%P %y %m %U %G\\n", ")", "-o", "-printf", "%P %y %m %U %G %s %T@ %n %l\\n");

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) 
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return string.Join('\n', output.Split('\n').Order(StringComparer.Ordinal));
    }

    /// <summary>Also what has no text for a name.</summary>
    public static void RemoveAll(string path) => Run("rm", "-rf", "--", path);

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
