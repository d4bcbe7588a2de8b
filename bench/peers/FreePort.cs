using System.Net;
using System.Net.Sockets;

namespace Godwit.Bench.Peers;

/// <summary>A port of 127.0.0.1 that nobody listens at.</summary>
internal static class FreePort
{
    internal static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
