using Godwit.Engine.Cutover;

namespace Godwit.Tests.Engine;

/// <summary>
/// The cutover's decisions, for every story of news up to a length: news of the present attempt in any order, repeated,
/// missing, and late news of the attempt before.
/// </summary>
public sealed class HandingTrafficOver
{
    private const int Length = 7;
    private const int Attempt = 2;

    private static readonly HandoffNews[] AllNews =
    [
        .. Enum.GetValues<HandoffNewsKind>().Select(kind => new HandoffNews(kind, Attempt)),
        new HandoffNews(HandoffNewsKind.RouteSwitched, Attempt - 1),
    ];

    private static readonly HandoffNewsKind[] BeforeSwitch =
    [
        HandoffNewsKind.Ready, HandoffNewsKind.Fenced, HandoffNewsKind.Drained, HandoffNewsKind.Clean,
        HandoffNewsKind.Armed,
    ];

    private static readonly HandoffNewsKind[] Switched = [.. BeforeSwitch, HandoffNewsKind.RouteSwitched];

    [Fact]
    public void In_every_story_traffic_goes_over_only_when_fenced_drained_proved_and_armed_and_never_half()
    {
        var stories = new Stories();
        stories.TellAll();
        Assert.True(stories.Switches > 0, "No story ever came to the switch: the check has checked nothing.");
    }

    [Fact]
    public void From_every_stage_there_is_a_way_to_an_end()
    {
        foreach (var stage in Enum.GetValues<HandoffStage>())
        {
            var sequence = new HandoffSequence(stage, Attempt);
            for (var step = 0; step < 10 && sequence.Stage is not (HandoffStage.Idle or HandoffStage.Done); step++)
                sequence = FirstThatMoves(sequence);
            Assert.True(sequence.Stage is HandoffStage.Idle or HandoffStage.Done, $"{stage} never ends.");
        }
    }

    [Theory]
    [InlineData("Fencing", false, "Undo")]
    [InlineData("Draining", false, "Undo")]
    [InlineData("Verifying", true, "Undo")]
    [InlineData("Arming", false, "Undo")]
    [InlineData("Switching", false, "Undo")]
    [InlineData("Switching", true, "OpenDestination")]
    [InlineData("Opening", true, "OpenDestination")]
    [InlineData("Undoing", false, "Undo")]
    [InlineData("Readying", false, "None")]
    public void After_a_crash_the_next_life_knows_which_way_to_go(string stage, bool switched, string order) =>
        Assert.Equal(order, HandoffSequence.Restore(Enum.Parse<HandoffStage>(stage), 3, switched).Order.ToString());

    private static readonly HandoffNewsKind[] Undoers = [HandoffNewsKind.Failed, HandoffNewsKind.Unclean];

    private static HandoffSequence FirstThatMoves(HandoffSequence sequence) =>
        AllNews.Select(news => sequence.Hear(news).Sequence).FirstOrDefault(next => next != sequence, sequence);

    private static bool Mentions(ReadOnlySpan<HandoffNews> story, HandoffNewsKind[] kinds)
    {
        foreach (var news in story)
        {
            if (kinds.Contains(news.Kind))
                return true;
        }
        return false;
    }

    private static bool ContainsInOrder(ReadOnlySpan<HandoffNews> story, HandoffNewsKind[] kinds)
    {
        var next = 0;
        foreach (var news in story)
        {
            if (next < kinds.Length && news.Attempt == Attempt && news.Kind == kinds[next])
                next++;
        }
        return next == kinds.Length;
    }

    /// <summary>Tells every story once, as a tree: stories with the same beginning share it.</summary>
    private sealed class Stories
    {
        private readonly HandoffNews[] _story = new HandoffNews[Length + 1];

        internal long Switches { get; private set; }

        private static string? Complaint(ReadOnlySpan<HandoffNews> story, HandoffOrder order) => order switch
        {
            HandoffOrder.SwitchRoute when !ContainsInOrder(story, BeforeSwitch) =>
                "the route was ordered to be switched too early",
            HandoffOrder.OpenDestination when !ContainsInOrder(story, Switched) =>
                "the destination was opened while traffic is at the origin",
            HandoffOrder.Undo when story[^1].Kind == HandoffNewsKind.DeadlinePassed
                && ContainsInOrder(story[..^1], BeforeSwitch) && !Mentions(story, Undoers) =>
                "a deadline undid what may have been switched",
            _ => null,
        };

        internal void TellAll()
        {
            _story[0] = new HandoffNews(HandoffNewsKind.Requested, Attempt);
            var begun = new HandoffSequence(HandoffStage.Idle, Attempt - 1).Hear(_story[0]).Sequence;
            Tell(begun, 1);
        }

        private void Tell(HandoffSequence sequence, int length)
        {
            if (length > Length)
                return;
            foreach (var news in AllNews)
            {
                _story[length] = news;
                var (next, order) = sequence.Hear(news);
                Switches += order == HandoffOrder.SwitchRoute ? 1 : 0;
                if (order != HandoffOrder.None && Complaint(_story.AsSpan(0, length + 1), order) is { } why)
                    Assert.Fail($"{why}: {string.Join(", ", _story[..(length + 1)])}");
                Tell(next, length + 1);
            }
        }
    }
}
