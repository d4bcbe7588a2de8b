using System.Security.Cryptography;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Writes, rewrites, renames and deletes files where the route says, and notes each.</summary>
internal sealed class FileWriter
{
    private readonly OwnFiles _own;
    private readonly Dice _dice;
    private readonly Note _note;
    private readonly Tenant _tenant;
    private readonly Func<Shard> _where;
    private readonly Func<Shard, string> _root;
    private readonly Action[] _choices;
    private readonly Deletions _deletions;
    private readonly List<string> _deleted = [];
    private Shard? _place;
    private long _number;

    /// <param name="where">Asked before every write.</param>
    /// <param name="root">The tenant's folder at a place.</param>
    public FileWriter(
        Tenant tenant, OwnFiles own, Dice dice, Func<Shard> where, Func<Shard, string> root, Note note,
        Deletions deletions)
    {
        (_tenant, _own, _dice, _note, _where, _root) = (tenant, own, dice, note, where, root);
        _deletions = deletions;
        _choices = [Create, Create, Replace, Replace, WriteInPlace, Append, Rename, Delete, Link, ChangeMode];
    }

    public void WriteOne()
    {
        try
        {
            _dice.Of(_choices)();
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            _note.Wonder(missing.Message);
            _note.Refuse(_number);
        }
    }

    private void Create() => PutAside(NewPath(), ShopFile.Usual);

    private void Replace()
    {
        if (TakeFile() is { } path)
            PutAside(path, _own.ModeOf(path)!.Value);
    }

    /// <summary>Beside it first, then under its name: readers see the old one or the new one.</summary>
    private void PutAside(string path, UnixFileMode mode)
    {
        var content = NewContent();
        Carry([Holds(path, mode, content)], root =>
        {
            var target = Path.Combine(root, path);
            var draft = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.draft");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(draft, content);
            FileRights.Give(draft, mode);
            File.Move(draft, target, overwrite: true);
        });
        _own.Appeared(path, mode);
    }

    private void WriteInPlace()
    {
        if (TakeFile() is not { } path)
            return;
        var content = NewContent();
        Carry([Holds(path, _own.ModeOf(path)!.Value, content)], root =>
        {
            using var file = new FileStream(Path.Combine(root, path), FileMode.Truncate, FileAccess.Write);
            file.Write(content);
        });
    }

    /// <summary>A log that grows: a third of it new, and its beginning rewritten to be known.</summary>
    private void Append()
    {
        if (TakeFile() is not { } path)
            return;
        var (begin, more) = (NewContent(), _dice.Bytes(300));
        Carry([Holds(path, _own.ModeOf(path)!.Value, [.. begin, .. more])], root =>
        {
            var target = Path.Combine(root, path);
            using (var file = new FileStream(target, FileMode.Truncate, FileAccess.Write))
                file.Write(begin);
            using var end = new FileStream(target, FileMode.Append, FileAccess.Write);
            end.Write(more);
        });
    }

    /// <summary>Renamed right after it was written: its new name holds what no other name ever held.</summary>
    private void Rename()
    {
        if (TakeFile() is not { } path)
            return;
        var (renamed, content, mode) = (NewPath(), NewContent(), _own.ModeOf(path)!.Value);
        Carry([Gone(path), Holds(renamed, mode, content)], root =>
        {
            var (before, after) = (Path.Combine(root, path), Path.Combine(root, renamed));
            Directory.CreateDirectory(Path.GetDirectoryName(after)!);
            using (var file = new FileStream(before, FileMode.Truncate, FileAccess.Write))
                file.Write(content);
            File.Move(before, after);
        });
        _own.Vanished(path);
        _own.Appeared(renamed, mode);
    }

    private void Delete()
    {
        if (_own.Count < 10 || _own.Take(_dice) is not { } path)
            return;
        Carry([Gone(path)], root =>
        {
            var target = Path.Combine(root, path);
            if (!Path.Exists(target) && new FileInfo(target).LinkTarget is null)
                throw new FileNotFoundException($"{path} is to be deleted and is not there.");
            File.Delete(target);
        });
        _own.Vanished(path);
    }

    private void Link()
    {
        var (path, target) = (NewPath(), "../somewhere/else " + _dice.Below(1_000));
        Carry([new NotedWrite(NotedWrite.Files, path, ShopFile.LinkText(target))], root =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
            File.CreateSymbolicLink(Path.Combine(root, path), target);
        });
        _own.Appeared(path, null);
    }

    /// <summary>Replaced by one with other rights.</summary>
    private void ChangeMode()
    {
        if (TakeFile() is { } path)
            PutAside(path, _own.ModeOf(path) == ShopFile.Private ? ShopFile.Usual : ShopFile.Private);
    }

    /// <summary>Looks up the place, notes what is intended, does it, and notes that it is done.</summary>
    private void Carry(NotedWrite[] writes, Action<string> write)
    {
        var place = _where();
        if (_deletions == Deletions.RepeatedAfterSwitch && _place is not null && _place != place)
            RepeatDeletions(_root(place));
        _place = place;
        foreach (var gone in writes.Where(one => one.Text is null))
            _deleted.Add(gone.Key);
        _note.Intend(new NotedTransaction(++_number, _tenant.Id, place, Environment.TickCount64, writes));
        write(_root(place));
        _note.Acknowledge(_number);
    }

    /// <summary>All since the last switch: nobody can say how long a handover was held up.</summary>
    private void RepeatDeletions(string root)
    {
        foreach (var path in _deleted)
        {
            var target = Path.Combine(root, path);
            if (Directory.Exists(Path.GetDirectoryName(target)))
                File.Delete(target); // It may be gone: that is what is wanted.
        }
        _deleted.Clear();
    }

    /// <summary>A file that is no link; null when the one that was taken is a link, or none has rested.</summary>
    private string? TakeFile() => _own.Take(_dice) is { } path && _own.ModeOf(path) is not null ? path : null;

    /// <summary>A name is never used twice.</summary>
    private string NewPath() => $"new/{_dice.Below(20)}/{_number}-{_dice.Below(1_000)} of mine";

    private byte[] NewContent() => _dice.Bytes(_dice.Lucky(60) ? 400_000 : _dice.Below(9_000));

    private static NotedWrite Holds(string path, UnixFileMode mode, byte[] content) =>
        new(NotedWrite.Files, path, ShopFile.FileText(mode, SHA256.HashData(content)));

    private static NotedWrite Gone(string path) => new(NotedWrite.Files, path, null);
}
