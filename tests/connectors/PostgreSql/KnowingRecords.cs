using System.Text;
using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What is known of records after the log has told some changes of them.</summary>
public sealed class KnowingRecords
{
    private const ulong Text = 0b100;

    private static readonly ScopedStream Notes = ScopedStream.Everything(0, new StreamSchema
    {
        Name = "public.notes",
        Columns =
        [
            new ColumnSchema("id", "bigint", Nullable: false), new ColumnSchema("n", "integer", Nullable: true),
            new ColumnSchema("text", "text", Nullable: true),
        ],
        KeyColumns = [0],
    });

    private readonly TouchedSet _set = new(Notes, mayBePart: true);

    [Fact]
    public void The_last_change_counts()
    {
        Is(1, 10, "a");
        Is(1, 11, "b");
        Assert.Equal(["1, 11, 'b'"], Told(_set));
    }

    [Fact]
    public void What_was_not_told_again_is_what_was_told_before()
    {
        Is(1, 10, "a");
        Is(1, 11, text: null, Text);
        Assert.Equal(["1, 11, 'a'"], Told(_set));
    }

    [Fact]
    public void What_was_never_told_stays_out()
    {
        Is(1, 10, text: null, Text);
        Is(1, 11, text: null, Text);
        Is(2, 20, "whole");
        Assert.Equal(["2, 20, 'whole'", "0,1: 1, 11"], Told(_set));
    }

    [Fact]
    public void What_was_never_told_is_read_where_the_target_cannot_complete_it()
    {
        using var set = new TouchedSet(Notes, mayBePart: false);
        Is(1, 10, text: null, Text, set);
        Assert.Equal(Known.Nothing, set.KnownOf(0));
        Is(1, 11, "told", set: set);
        Is(1, 12, text: null, Text, set);
        Assert.Equal(["1, 12, 'told'"], Told(set));
    }

    [Fact]
    public void After_a_gap_a_record_in_part_is_read()
    {
        Is(1, 10, "a");
        _set.MustRead(KeyOf(1), wasThere: true);
        Is(1, 11, text: null, Text);
        Assert.Equal(Known.Nothing, _set.KnownOf(0));
        Is(1, 12, "b");
        Assert.Equal(["1, 12, 'b'"], Told(_set));
    }

    [Fact]
    public void A_record_in_part_that_comes_back_to_the_scope_is_read()
    {
        Is(1, 10, "a");
        _set.IsGone(KeyOf(1), wasThere: true);
        Is(1, 11, text: null, Text);
        Assert.Equal(Known.Nothing, _set.KnownOf(0));
    }

    [Fact]
    public void A_key_that_is_gone_may_be_given_again()
    {
        Assert.True(_set.IsGone(KeyOf(1), wasThere: true));
        Is(1, 10, "again");
        Assert.Equal(Known.Record, _set.KnownOf(0));
        Assert.False(_set.IsGone(KeyOf(1), wasThere: true));
        Assert.Equal(Known.Gone, _set.KnownOf(0));
        Assert.Empty(Told(_set));
    }

    [Fact]
    public void An_emptied_table_has_no_records_but_those_that_came_later()
    {
        Is(1, 10, "a");
        _set.Empty();
        Is(2, 20, "b");
        Assert.Equal(["2, 20, 'b'"], Told(_set));
    }

    [Fact]
    public void What_is_out_of_date_takes_no_room_for_ever()
    {
        for (var i = 0; i < 1000; i++)
            Is(1, i, new string('x', 1000));
        Is(2, 0, "other");
        var before = _set.Size;
        _set.Compact();
        Assert.True(_set.Size < before / 100, $"{_set.Size} bytes after, {before} before");
        Is(1, 1001, text: null, Text);
        var left = Told(_set);
        Assert.StartsWith("1, 1001, 'xxx", left[0], StringComparison.Ordinal);
        Assert.Equal("2, 0, 'other'", left[1]);
    }

    [Fact]
    public void Records_beyond_the_bound_are_read_by_key()
    {
        using var batch = new LogBatch(mayBePart: true);
        var large = new string('x', 1 << 20);
        for (var i = 0; i < 2 * LogBatch.MostBytes >> 20; i++)
            batch.Is(Notes, KeyOf(i), false, Record(i, i, large), 0);
        batch.Is(Notes, KeyOf(0), true, Record(0, 1, null), Text);
        using var set = batch.Take(Notes)!;
        Assert.True(set.Size <= LogBatch.MostBytes);
        Assert.Equal(2 * LogBatch.MostBytes >> 20, batch.Count);
        Assert.Equal(Known.Record, set.KnownOf(1));
        Assert.Equal(Known.Nothing, set.KnownOf(set.Keys.Count - 1));
        Assert.Equal(Known.Nothing, set.KnownOf(0));
    }

    private void Is(long id, long n, string? text, ulong missing = 0, TouchedSet? set = null)
    {
        using var record = Record(id, n, text);
        (set ?? _set).Is(KeyOf(id), wasThere: false, record, missing);
    }

    private static RecordBatch Record(long id, long n, string? text)
    {
        var record = new RecordBatch(3);
        record.AppendInteger(id);
        record.AppendInteger(n);
        if (text is null)
            record.AppendNull();
        else
            record.AppendText(Encoding.UTF8.GetBytes(text));
        record.EndRecord();
        return record;
    }

    private static Key KeyOf(long id)
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(id);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    private static List<string> Told(TouchedSet set)
    {
        var told = new List<string>();
        foreach (var (records, columns) in set.Records(1 << 20))
        {
            using var _ = records;
            for (var i = 0; i < records.Count; i++)
                told.Add((columns is null ? "" : $"{string.Join(',', columns)}: ") + Key.Of(records, i));
        }
        return told;
    }
}
