using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Everything that can go wrong with streams, in words that help.</summary>
internal static class StreamProblems
{
    internal const string NoStreamsCode = "GW-RMQ-030";

    internal static Problem NoStreams(string shown, string place, string why) => new(
        NoStreamsCode, $"Streams of {shown} cannot be read or written.",
        $"Nobody speaks the stream protocol at {Printable.Text(place)}. {Said(why)}.",
        "Enable the plug-in: rabbitmq-plugins enable rabbitmq_stream. Where it listens elsewhere, add"
        + " ?stream=HOST:PORT to the address.",
        Recovery.Stop);

    internal static Problem Expires(string shown, string stream, string limits) => new(
        "GW-RMQ-031", $"The stream '{Printable.Text(stream)}' at {shown} loses its oldest messages by itself.",
        $"It has {Printable.Text(limits)}. What the broker removes before it was copied is not at the target.",
        "Nothing needs to be done where the copy is faster than that; Godwit stops where it was not. Otherwise raise"
        + " the limit at the source by a policy.",
        Recovery.Retry);

    internal static Problem Cut(string shown, string stream, ulong from, ulong to) => new(
        "GW-RMQ-032",
        $"Messages of the stream '{Printable.Text(stream)}' at {shown} were removed before they were copied.",
        $"Copied is everything before offset {from}, and the first message that is still there has offset {to}: the"
        + " stream's retention removed what was between.",
        "What is gone cannot be copied. Raise the stream's limit, run: godwit abort, then begin anew with what is"
        + " there.",
        Recovery.Stop);

    internal static Problem TooLarge(string shown, string stream, ulong offset, long bytes) => new(
        "GW-RMQ-033", $"A message for the stream '{Printable.Text(stream)}' is too large for {shown}.",
        $"The broker refused a frame; the message at offset {offset} of the other side has {bytes} bytes.",
        "Set stream.frame_max in rabbitmq.conf of that broker to more than that, then run: godwit resume. Nothing was"
        + " lost.",
        Recovery.Pause);

    internal static Problem Harmed(string shown, string stream, string why) => new(
        "GW-RMQ-034", $"The stream '{Printable.Text(stream)}' at {shown} delivers something that is harmed.",
        $"{Said(why)}.",
        "Look at the broker's log and disk. Where it goes on so, the stream's file is harmed there.", Recovery.Pause);

    internal static Problem Gone(string shown, string stream, ulong offset, long missing) => new(
        "GW-RMQ-035", $"Messages that {shown} had confirmed are not in its stream '{Printable.Text(stream)}'.",
        $"{missing} messages are missing after offset {offset}.",
        "Find out who deletes the stream or what harms the broker. Then run: godwit abort, and begin anew: the source"
        + " still has them.",
        Recovery.Stop);

    internal static Problem Replaced(string shown, string stream, ulong end, ulong reached) => new(
        "GW-RMQ-036", $"The stream '{Printable.Text(stream)}' at {shown} is not the one that it was.",
        $"It ends at offset {end}, and Godwit has been at offset {reached}: it was deleted and made anew.",
        "Run: godwit abort, then begin anew.", Recovery.Stop);

    internal static Problem LedElsewhere(string shown, string stream, string leader) => new(
        "GW-RMQ-037", $"The stream '{Printable.Text(stream)}' is led by another node than the one at {shown}.",
        $"Its leader is {Printable.Text(leader)}. Another node may not have all confirmed messages yet.",
        "Add ?stream=HOST:PORT of that node to the address, or move the stream's leader to this one.", Recovery.Pause);

    internal static Problem Answered(string shown, string about, ushort code) => new(
        "GW-RMQ-038", $"RabbitMQ at {shown} refuses something about '{Printable.Text(about)}'.",
        $"{StreamCode.Text(code)}.",
        "Look at the stream and at the broker's log, then run: godwit resume. Nothing was lost.", Recovery.Pause);

    internal static Problem TooMany(string shown, int streams, int most) => new(
        "GW-RMQ-039", $"{streams} streams of {shown} are too many for one move.",
        $"One connection reads {most} at most.",
        "Make several moves of them: name some under 'queues' of each.", Recovery.Stop);

    /// <summary>What an answer means that is not <see cref="StreamCode.Ok"/>.</summary>
    internal static Problem Of(string shown, string about, ushort code) => code switch
    {
        StreamCode.AuthenticationFailed or StreamCode.Loopback or StreamCode.NoVirtualHost =>
            RabbitMqProblems.Refused(shown, StreamCode.Text(code)),
        StreamCode.AccessRefused => RabbitMqProblems.NotAllowed(
            shown, $"{StreamCode.Text(code)} to the stream '{Printable.Text(about)}'"),
        StreamCode.NoStream => RabbitMqProblems.Missing(shown, $"no stream '{Printable.Text(about)}'"),
        _ => Answered(shown, about, code),
    };

    private static string Said(string text) => Printable.Text(text).TrimEnd('.');
}
