using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

/// <summary>The engine's folders refer only to those before them: each can be read knowing only its past.</summary>
public sealed partial class EngineOrder
{
    /// <summary>Folders of one line do not know each other. Edit this table together with ARCHITECTURE.md.</summary>
    private static readonly string[][] Order =
    [
        ["Journal"],
        ["Recovering"],
        ["Planning", "Receipts"],
        ["Copying", "Following"],
        ["Verifying"],
        ["Cutover"],
        ["Running"],
    ];

    [Fact]
    public void Engine_folders_refer_only_backwards() => Rules.Keeps(OnlyBackwards);

    [Theory]
    [InlineData("src/engine/Planning/Plan.cs", "using Godwit.Engine.Cutover;")]
    [InlineData("src/engine/Copying/Copier.cs", "var a = new Godwit.Engine.Following.Follower();")]
    [InlineData("src/engine/Guessing/Guess.cs", "namespace Godwit.Engine.Guessing;")]
    public void A_look_ahead_is_noticed(string path, string text) => Rules.Notices(OnlyBackwards, (path, text));

    [Fact]
    public void A_look_back_is_not() => Rules.Allows(
        OnlyBackwards,
        ("src/engine/Cutover/A.cs", "using Godwit.Engine.Journal;\nusing Godwit.Engine.Cutover.Steps;"),
        ("src/engine/Copying/B.cs", "// as Godwit.Engine.Cutover does"));

    private static IEnumerable<Complaint> OnlyBackwards(House house) =>
        from file in house.CSharpUnder("src/engine")
        let parts = file.Path.Split('/')
        where parts.Length > 3
        from complaint in Place(parts[2]) < 0 ? [Unplaced(file, parts[2])] : LooksAhead(file, parts[2])
        select complaint;

    private static Complaint Unplaced(HouseFile file, string folder) => new(
        file.Path,
        $"'{folder}' has no place in the engine's order.",
        "Put it into EngineOrder.Order and into ARCHITECTURE.md, or move the file.");

    private static IEnumerable<Complaint> LooksAhead(HouseFile file, string folder) =>
        from reference in Reference().Matches(file.Code)
        let other = reference.Groups[1].Value
        where other != folder && Place(other) >= Place(folder)
        select new Complaint(
            file.At(reference.Index),
            $"{folder} may not know {other}, which comes later.",
            "Move the shared word back to the first folder that needs it, or hand the behaviour in.");

    private static int Place(string folder) =>
        Array.FindIndex(Order, line => line.Contains(folder, StringComparer.Ordinal));

    [GeneratedRegex(@"\bGodwit\.Engine\.(\w+)")]
    private static partial Regex Reference();
}
