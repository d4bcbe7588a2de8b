namespace Godwit.Tests.Journeys.Redis;

/// <summary>All that a writer does to a cache. Each deed is one step, or several that are sent at once.</summary>
internal sealed class CacheDeeds
{
    public CacheDeeds(CacheHand hand)
    {
        var strings = new StringDeeds(hand);
        var collections = new CollectionDeeds(hand);
        var streams = new StreamDeeds(hand);
        var several = new SeveralKeysDeeds(hand);
        var expiries = new ExpiryDeeds(hand);
        All =
        [
            () => [strings.Count()], () => [strings.AddFraction()], () => [strings.Append()],
            () => [strings.TakeAway()],
            () => [strings.Remove()],
            () => [collections.Push()], () => [collections.Pop()], () => [collections.PassOn()],
            () => [collections.AddMembers()], () => [collections.TakeAnyMember()], () => [collections.Score()],
            () => [collections.CountField()], () => [collections.SetFields()], () => [collections.RemoveField()],
            () => [streams.Add()], () => [streams.Add()], () => [streams.Read()], () => [streams.Acknowledge()],
            () => [streams.Forget()],
            () => [several.Rename()], () => [several.Copy()], () => [several.SetMany()], () => [several.Transact()],
            () => [several.RunScript()], () => [several.CallFunction()], () => [several.Unite()],
            () => [expiries.Leaf()], () => [expiries.Renew()], () => [expiries.Renew()], () => [expiries.Renew()],
            () => [expiries.Persist()],
            strings.CountMany, strings.CountMany,
        ];
    }

    public IReadOnlyList<Func<CacheStep[]>> All { get; }
}
