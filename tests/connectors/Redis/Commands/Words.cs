using System.Text;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>Commands written as a person types them: words with a space between, "" for an empty one.</summary>
internal static class Words
{
    public static string[] Of(string line) => [.. line.Split(' ').Select(word => word == "\"\"" ? "" : word)];

    public static byte[] Bytes(params IEnumerable<byte[]> words)
    {
        var all = words.ToArray();
        var bytes = new List<byte>(Encoding.ASCII.GetBytes($"*{all.Length}\r\n"));
        foreach (var word in all)
        {
            bytes.AddRange(Encoding.ASCII.GetBytes($"${word.Length}\r\n"));
            bytes.AddRange(word);
            bytes.AddRange("\r\n"u8);
        }
        return [.. bytes];
    }

    public static byte[] Bytes(string line) => Bytes(Of(line).Select(Encoding.UTF8.GetBytes));

    public static CommandFrame Frame(string line)
    {
        var bytes = Bytes(line);
        var reader = new CommandFrameReader();
        Assert.Equal(FrameStatus.Complete, reader.Read(bytes));
        return reader.Frame(bytes);
    }

    public static string Text(CommandFrame command)
    {
        var words = new string[command.Count];
        for (var i = 0; i < words.Length; i++)
            words[i] = Encoding.UTF8.GetString(command[i]);
        return string.Join(' ', words);
    }

    public static string Text(byte[][] words) => string.Join(' ', words.Select(Encoding.UTF8.GetString));
}
