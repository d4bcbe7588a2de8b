using System.Net;
using System.Net.Sockets;

namespace Godwit.Tests.Servers;

/// <summary>A network between a program and a server that a test can break.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly int _server;
    private readonly Func<BytePatch>? _patch;
    private readonly Lock _lock = new();
    private readonly List<ProxiedConnection> _connections = [];
    private readonly List<Task> _work = [];
    private TcpListener? _listener;
    private TaskCompletionSource _flow = Flowing();
    private long _bytesUntilCut = long.MaxValue;
    private long _bytes;
    private long _sentUntilCut = long.MaxValue;
    private long _sent;
    private int _accepted;

    /// <param name="server">A port of this machine.</param>
    /// <param name="patch">For each connection, changes what the server sends; null: nothing is changed.</param>
    public TcpProxy(int server, Func<BytePatch>? patch = null)
    {
        (_server, _patch) = (server, patch);
        Listen();
    }

    public int Port { get; private set; }

    /// <summary>Connections so far, cut ones too.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes that the server has sent through it so far.</summary>
    public long BytesFromServer => Interlocked.Read(ref _bytes);

    /// <summary>Whether it is cut: nobody gets through.</summary>
    public bool IsCut
    {
        get
        {
            lock (_lock)
                return _listener is null;
        }
    }

    /// <summary>Resets every connection and refuses new ones until it is healed.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            _connections.ForEach(one => one.Reset());
            _connections.Clear();
            // What waits in a stalled network has nowhere to go any more.
            _flow.TrySetResult();
        }
    }

    /// <summary>Cuts by itself as soon as the server has sent so many more bytes.</summary>
    public void CutAfter(long bytes) => Interlocked.Exchange(ref _bytesUntilCut, BytesFromServer + bytes);

    /// <summary>Cuts by itself when clients have sent so many more bytes, in the middle of what is being sent: these
    /// bytes still arrive.</summary>
    public void CutAfterSent(long bytes) =>
        Interlocked.Exchange(ref _sentUntilCut, Interlocked.Read(ref _sent) + bytes);

    /// <summary>Nothing gets through in either direction, and nobody is told: connections stay open, new ones are
    /// accepted.</summary>
    public void Stall()
    {
        lock (_lock)
        {
            if (_flow.Task.IsCompleted)
                _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Everything gets through again, at the same port; what was stalled first.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            Interlocked.Exchange(ref _bytesUntilCut, long.MaxValue);
            Interlocked.Exchange(ref _sentUntilCut, long.MaxValue);
            _flow.TrySetResult();
            if (_listener is null)
                Listen();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        Task[] all;
        lock (_lock)
            all = [.. _work];
        await Task.WhenAll(all);
    }

    /// <summary>Waits while it is stalled.</summary>
    internal Task Flow()
    {
        lock (_lock)
            return _flow.Task;
    }

    /// <summary>Counts what the server sends; none of it passes when the cut is due before all of it did.</summary>
    internal int MayPass(int bytes) =>
        Interlocked.Add(ref _bytes, bytes) <= Interlocked.Read(ref _bytesUntilCut) ? bytes : 0;

    /// <summary>Counts what a client sends, and returns how much of it passes before the cut.</summary>
    internal int MaySend(int bytes)
    {
        var beyond = Interlocked.Add(ref _sent, bytes) - Interlocked.Read(ref _sentUntilCut);
        return (int)Math.Clamp(bytes - beyond, 0, bytes);
    }

    private static TaskCompletionSource Flowing()
    {
        var flow = new TaskCompletionSource();
        flow.SetResult();
        return flow;
    }

    private void Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _listener = listener;
        _work.Add(Accept(listener));
    }

    private async Task Accept(TcpListener listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync();
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                return;
            }
            var connection = new ProxiedConnection(this, client, _patch?.Invoke());
            lock (_lock)
            {
                if (_listener != listener)
                {
                    connection.Reset();
                    return;
                }
                Interlocked.Increment(ref _accepted);
                _work.RemoveAll(one => one.IsCompleted);
                _connections.RemoveAll(one => one.IsOver);
                _connections.Add(connection);
                _work.Add(connection.Forward(_server));
            }
        }
    }
}
