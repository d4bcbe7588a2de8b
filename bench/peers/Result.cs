namespace Godwit.Bench.Peers;

/// <summary>What a course has shown.</summary>
internal sealed record Result(Course Course, IReadOnlyList<ResultRow> Rows)
{
    internal ResultRow? Find(string contender, string step) =>
        Rows.FirstOrDefault(row => row.Contender == contender && row.Step == step);
}
