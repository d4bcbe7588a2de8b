namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What a broker answers over the stream protocol.</summary>
internal static class StreamCode
{
    internal const ushort Ok = 1;
    internal const ushort NoStream = 2;
    internal const ushort NotAvailable = 6;
    internal const ushort AuthenticationFailed = 8;
    internal const ushort Loopback = 11;
    internal const ushort NoVirtualHost = 12;
    internal const ushort FrameTooLarge = 14;
    internal const ushort AccessRefused = 16;

    internal static string Text(ushort code) => code switch
    {
        NoStream => "There is no such stream",
        NotAvailable => "The stream is not available at this node",
        AuthenticationFailed => "The password is wrong",
        Loopback => "This user may log in from the broker's own machine only",
        NoVirtualHost => "The user may not use the virtual host, or there is none of that name",
        FrameTooLarge => "The frame is too large",
        AccessRefused => "Access is refused",
        _ => $"The broker answers with code {code}",
    };
}
