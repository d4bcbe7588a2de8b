namespace Godwit.Bench.Peers;

/// <summary>Who moves the messages of the queue <see cref="MessageQueue.Name"/> from one broker to the other.</summary>
internal interface IQueueMover
{
    /// <summary>As people know it.</summary>
    string Name { get; }

    /// <summary>User and system time of its own process; null when it lives in a broker.</summary>
    TimeSpan? ProcessorTime { get; }

    /// <summary>Begins, as if it had never run.</summary>
    void Start();

    /// <summary>As <c>kill -9</c> of the process that it lives in; it goes on as soon as that is there again.</summary>
    void Crash();

    /// <summary>Returns when it moves no more.</summary>
    void Stop();
}
