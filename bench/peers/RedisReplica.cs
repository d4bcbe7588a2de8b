namespace Godwit.Bench.Peers;

/// <summary>Redis's own replication of a whole server.</summary>
internal sealed class RedisReplica(RedisServers servers)
{
    internal const string OverDisk = "REPLICAOF, snapshot on disk";
    internal const string Diskless = "REPLICAOF, diskless, on-empty-db";

    /// <summary>How the next replica gets the snapshot.</summary>
    internal void Choose(bool diskless)
    {
        RedisServers.Call(servers.SourcePort, "CONFIG", "SET", "repl-diskless-sync", diskless ? "yes" : "no");
        RedisServers.Call(
            servers.TargetPort, "CONFIG", "SET", "repl-diskless-load", diskless ? "on-empty-db" : "disabled");
    }

    /// <summary>A line for the shell that makes the target a replica and ends when it has the snapshot.</summary>
    internal string Begin() =>
        $"{RedisServers.Cli(servers.TargetPort)} REPLICAOF 127.0.0.1 {servers.SourcePort}"
        + $" && {servers.Await("INFO replication", "master_link_status:up")}";

    /// <summary>Stops and continues the target, as it is.</summary>
    internal string Stop() => $"kill -STOP {servers.TargetProcess}";

    internal string GoOn() => $"kill -CONT {servers.TargetProcess}";
}
