namespace Godwit.Tests.Tidy;

public sealed class DrawingTheMap
{
    private const string Map = "ARCHITECTURE.md";

    [Fact]
    public void Every_layer_and_project_is_on_the_map() => Rules.Keeps(PlacesAreOnTheMap);

    [Theory]
    [InlineData("src/core/Godwit.Core.csproj")]
    [InlineData("src/helpers/A.cs")]
    public void A_place_that_is_not_on_the_map_is_noticed(string path) =>
        Rules.Notices(PlacesAreOnTheMap, (path, ""), (Map, "# Map\n`src/engine` `Godwit.Engine`"));

    [Fact]
    public void Every_project_is_in_the_solution() => Rules.Keeps(ProjectsAreInTheSolution);

    [Fact]
    public void A_forgotten_project_is_noticed() =>
        Rules.Notices(ProjectsAreInTheSolution, ("bench/micro/Micro.csproj", ""), ("Godwit.slnx", "<Solution/>"));

    private static IEnumerable<Complaint> PlacesAreOnTheMap(House house) =>
        from file in house.Under("src")
        let layer = string.Join('/', file.Path.Split('/').Take(2))
        let place = IsProject(file) ? Path.GetFileNameWithoutExtension(file.Name) : layer
        where !house.Text(Map).Contains($"`{place}`", StringComparison.Ordinal)
        group file by place into unknown
        select new Complaint(
            unknown.First().Path,
            $"`{unknown.Key}` is not in {Map}.",
            "Say there what it contains, what it may use and what it must never contain.");

    private static IEnumerable<Complaint> ProjectsAreInTheSolution(House house) =>
        from file in house.Files
        where IsProject(file) && !house.Text("Godwit.slnx").Contains($"\"{file.Path}\"", StringComparison.Ordinal)
        select new Complaint(file.Path, "Godwit.slnx does not know it.", "Add it there, or nobody builds it.");

    private static bool IsProject(HouseFile file) => file.Path.EndsWith(".csproj", StringComparison.Ordinal);
}
