using System.Text.RegularExpressions;

namespace Godwit.Tests.Tidy;

public sealed partial class StayingPortable
{
    [Fact]
    public void Nothing_names_a_folder_of_one_persons_machine() => Rules.Keeps(NoPrivateFolders);

    [Theory]
    [InlineData("/ho" + "me/ann/godwit")]
    [InlineData("see C:\\Us" + "ers\\ann")]
    [InlineData("(/wo" + "rk/godwit)")]
    [InlineData("/tm" + "p/studio-1/log")]
    public void A_private_folder_is_noticed(string text) => Rules.Notices(NoPrivateFolders, ("docs/a.md", text));

    [Fact]
    public void A_place_that_any_machine_has_is_not() =>
        Rules.Allows(NoPrivateFolders, ("docs/a.md", "/srv/blobs, /tmp/a.db, /etc/shop/routes.json, artifacts/work/a"));

    private static IEnumerable<Complaint> NoPrivateFolders(House house) =>
        from file in house.Files
        from folder in PrivateFolder().Matches(file.Text)
        select new Complaint(
            file.At(folder.Index),
            $"'{folder.Value}' exists on one machine only.",
            "Use a path relative to the repository, a temporary folder, or an example such as /srv.");

    [GeneratedRegex(@"(?<![\w.}/-])/(home|Users|work|farm)/\w+|(?<![\w.])/tmp/\w*studio|\b[A-Z]:\\Users\\\w+")]
    private static partial Regex PrivateFolder();
}
