namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>All tables whose types, keys and shapes break copies, and statements that change them while they are
/// followed.</summary>
internal static class Zoo
{
    public static string Create { get; } = string.Join(
        '\n',
        [.. TypeZoo.All.Select(table => table.Create), .. KeyZoo.All.Select(table => table.Create), ShapeZoo.Create]);

    public static string Change { get; } = string.Join(
        '\n',
        [.. TypeZoo.All.Select(table => table.Change), .. KeyZoo.All.Select(table => table.Change), ShapeZoo.Change]);

    /// <summary>For the way back, after <see cref="Change"/>.</summary>
    public static string ChangeAgain { get; } = string.Join(
        '\n',
        [
            .. TypeZoo.All.Select(table => table.ChangeAgain), .. KeyZoo.All.Select(table => table.ChangeAgain),
            ShapeZoo.ChangeAgain,
        ]);
}
