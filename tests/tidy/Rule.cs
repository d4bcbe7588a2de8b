namespace Godwit.Tests.Tidy;

/// <summary>A house rule: every complaint that it has about a house.</summary>
public delegate IEnumerable<Complaint> Rule(House house);

/// <summary>How a rule is put to use: the real house keeps it, and a planted offender is noticed.</summary>
public static class Rules
{
    public static void Keeps(Rule rule)
    {
        var complaints = rule(House.Real).Select(complaint => complaint.ToString()).ToArray();
        Assert.True(complaints.Length == 0, "\n" + string.Join('\n', complaints));
    }

    /// <summary>The rule complains about the first file of the made-up house, and about no other.</summary>
    public static void Notices(Rule rule, params (string Path, string Text)[] files)
    {
        var complaints = rule(House.Of(files)).ToArray();
        Assert.NotEmpty(complaints);
        Assert.All(complaints, complaint => Assert.StartsWith(files[0].Path, complaint.Place));
    }

    public static void Allows(Rule rule, params (string Path, string Text)[] files) =>
        Assert.Empty(rule(House.Of(files)));
}
