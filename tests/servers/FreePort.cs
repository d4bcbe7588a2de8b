using System.Net;
using System.Net.Sockets;

namespace Godwit.Tests.Servers;

/// <summary>A port of this machine that nobody listens at.</summary>
internal static class FreePort
{
    /// <remarks>Somebody may take it before it is used; whoever starts a server tries again then.</remarks>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
