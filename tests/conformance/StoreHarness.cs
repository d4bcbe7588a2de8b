using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>What a connector hands over to have its promises checked: two places of its kind, and an application that
/// uses them in its own way, without Godwit.</summary>
/// <remarks>
/// Records are known by small numbers and a text; the harness knows what they are: a row, a file. What a kind of store
/// cannot do at all is said by the <c>Has…</c> and <c>Can…</c> properties, and the promises about it are skipped by
/// name.
/// </remarks>
public abstract class StoreHarness : IAsyncDisposable
{
    /// <summary>Of the migration that is tried out.</summary>
    public const string Mark = "0badcafe";

    /// <summary>Of another migration that uses the same places.</summary>
    public const string OtherMark = "00c0ffee";

    public const string Elsewhere = "the-new-place";

    /// <summary>Whether several tenants share a place.</summary>
    public virtual bool HasNeighbours => true;

    /// <summary>Whether there is a second stream that is scoped by the first.</summary>
    public virtual bool HasChildren => true;

    /// <summary>Whether a transaction may hold several writes and stay open.</summary>
    public virtual bool HasTransactions => true;

    /// <summary>Whether an application can write while a read is open.</summary>
    public virtual bool HasReadersThatBlockNobody => true;

    /// <summary>Whether the values of a record travel in its columns, and not beside them as content.</summary>
    public virtual bool HoldsValuesInColumns => true;

    /// <summary>Whether a record of others is in the way already while the target is filled, and not only when the
    /// copy is finished.</summary>
    public virtual bool HasKeysFromTheBeginning => true;

    /// <summary>Whether its digests are the canonical ones, made of values, also where both sides are of one
    /// kind.</summary>
    public virtual bool HasCanonicalDigests => HoldsValuesInColumns;

    /// <summary>Whether the store enforces that labels are unique; see <see cref="SwapLabels"/>.</summary>
    public virtual bool HasUniqueLabels => false;

    public virtual bool HasCounters => true;

    /// <summary>Whether what moves passes as records, and not as a snapshot and operations that only stores of the
    /// family understand: those say which keys they touch, and nothing about what became of them.</summary>
    public virtual bool HasRecordsOnTheWay => true;

    /// <summary>Whether each read sees what is there when it begins, and not all of them what one snapshot
    /// holds.</summary>
    public virtual bool HasReadsOfTheirOwnMoment => true;

    /// <summary>Whether a key says nothing about whose record it is.</summary>
    public virtual bool HasKeysOfAnybody => true;

    /// <summary>Whether the fence can tell whoever it refuses where to go.</summary>
    public virtual bool SaysWhereToGo => true;

    /// <summary>Whether the tests can take away what the connector installed to capture changes.</summary>
    public virtual bool CanLoseCapture => true;

    /// <summary>What of a record may be damaged, one thing at a time; see <see cref="Damage"/>.</summary>
    public abstract IReadOnlyList<string> Damages { get; }

    /// <summary>Contents that stores are known to get wrong.</summary>
    public virtual IReadOnlyList<string> AwkwardContents =>
        ["", " ", "a'b\"c\\d", "ä𝄞\u0301", "line\nline\r\n\ttab", "NULL", "0", new string('x', 100_000)];

    /// <summary>Makes both places: the source with its empty streams, the target without anything.</summary>
    public abstract Task Create();

    /// <summary>Opens a store as a new process would. The caller disposes it.</summary>
    public abstract Task<IStore> Open(Place place, StoreRole role, string mark = Mark);

    /// <summary>What moves, of the streams that the source's catalog tells: the main stream, then its
    /// children.</summary>
    public abstract IReadOnlyList<ScopedStream> Scope(Catalog catalog);

    /// <summary>The key of a record.</summary>
    public abstract Key KeyOf(int stream, int number);

    /// <summary>An application's transaction, through a connection of its own.</summary>
    /// <returns>Null when it was acknowledged; otherwise what the store said.</returns>
    public abstract Task<string?> Write(Place place, params Wish[] wishes);

    /// <summary>An application's transaction that stays open.</summary>
    public virtual Task<IOpenWrite> Begin(Place place, params Wish[] wishes) => throw new NotSupportedException();

    /// <summary>All that somebody owns, read without the connector: for "stream/number" everything that
    /// counts.</summary>
    public abstract Task<SortedDictionary<string, string>> Contents(Place place, Owner owner);

    /// <summary>Changes one thing of a record at the target, behind Godwit's back and past every capture.</summary>
    public abstract Task Damage(Place place, int number, string what);

    /// <summary>An application gives a record of the main stream to somebody else.</summary>
    /// <returns>Null when it was acknowledged; otherwise what the store said.</returns>
    public virtual Task<string?> Give(Place place, int number, Owner owner) => throw new NotSupportedException();

    /// <summary>An application changes a record's key.</summary>
    public abstract Task Renumber(Place place, int number, int to);

    /// <summary>In one transaction two records exchange their labels.</summary>
    public virtual Task SwapLabels(Place place, int one, int other) => throw new NotSupportedException();

    /// <summary>Somebody takes away what the connector installed to capture changes.</summary>
    public virtual Task LoseCapture(Place place) => throw new NotSupportedException();

    /// <summary>The next number that the main stream's counter would give out.</summary>
    public virtual Task<long> NextNumber(Place place) => throw new NotSupportedException();

    public abstract ValueTask DisposeAsync();
}
