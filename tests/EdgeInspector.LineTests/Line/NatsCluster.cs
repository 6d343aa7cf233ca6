namespace EdgeInspector.LineTests.Line;

/// <summary>NATS with JetStream and MQTT, on three nodes. The settings are those of docs/fleet.md.</summary>
internal sealed class NatsCluster(string folder) : BrokerCluster
{
    private const string Program = "/usr/sbin/nats-server";

    private readonly int[] _clients = [.. Enumerable.Range(0, Nodes).Select(_ => TestSupport.Ports.Free())];
    private readonly int[] _routes = [.. Enumerable.Range(0, Nodes).Select(_ => TestSupport.Ports.Free())];

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing =>
        File.Exists(Program) ? null : "The package nats-server (Debian) is not here, so that no cluster of NATS was started.";

    protected override ChildProcess Launch(int node)
    {
        string settings = Path.Combine(folder, $"nats-{node}.conf");
        File.WriteAllText(settings, $$"""
            server_name: node-{{node + 1}}
            listen: "127.0.0.1:{{_clients[node]}}"
            jetstream { store_dir: "{{folder}}/nats-{{node}}", max_memory_store: 64MB, max_file_store: 256MB }
            cluster {
              name: edgeinspector
              listen: "127.0.0.1:{{_routes[node]}}"
              routes: [ {{string.Join(", ", _routes.Select(port => $"\"nats://127.0.0.1:{port}\""))}} ]
            }
            mqtt { listen: "127.0.0.1:{{Ports[node]}}", stream_replicas: 3, ack_wait: "30s", max_ack_pending: 1024 }
            """);
        return ChildProcess.Start(Program, ["-c", settings], folder);
    }
}
