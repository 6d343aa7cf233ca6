using System.Globalization;

namespace EdgeInspector.LineTests.Line;

/// <summary>
/// RabbitMQ with its MQTT plugin, on three nodes with a name service (epmd) of their own: nothing of the system's RabbitMQ is touched. The
/// settings are those of docs/fleet.md.
/// </summary>
internal sealed class RabbitCluster : BrokerCluster
{
    private const string Programs = "/usr/lib/rabbitmq/bin", NameService = "/usr/bin/epmd";

    // Without the policy a client whose node is lost can't subscribe at another one: the queue of its subscription lies on the lost node.
    private const string Definitions = """
        {
          "vhosts": [{ "name": "/" }],
          "users": [{ "name": "guest", "password": "guest", "tags": "administrator" }],
          "permissions": [{ "user": "guest", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" }],
          "policies": [{ "vhost": "/", "name": "mqtt", "pattern": "^mqtt-subscription-", "apply-to": "queues", "priority": 0,
            "definition": { "ha-mode": "all", "ha-sync-mode": "automatic", "ha-promote-on-failure": "always" } }]
        }
        """;

    private readonly string _folder;
    private readonly int _namesPort = TestSupport.Ports.Free();
    private readonly int[] _nodePorts = [.. Enumerable.Range(0, Nodes).Select(_ => TestSupport.Ports.Free())];
    private readonly ChildProcess _names;

    public RabbitCluster(string folder)
    {
        _folder = folder;
        string cookie = Path.Combine(folder, ".erlang.cookie");
        File.WriteAllText(cookie, Guid.NewGuid().ToString("N"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        File.WriteAllText(Path.Combine(folder, "plugins"), "[rabbitmq_mqtt].\n");
        File.WriteAllText(Path.Combine(folder, "definitions.json"), Definitions);
        // One of ours in the foreground: else the first node starts one that outlives it.
        _names = ChildProcess.Start(NameService, ["-port", Number(_namesPort), "-address", "127.0.0.1"], folder);
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Missing => File.Exists($"{Programs}/rabbitmq-server") && File.Exists(NameService)
        ? null
        : "The package rabbitmq-server (Debian) is not here, so that no cluster of RabbitMQ was started.";

    public override void Dispose()
    {
        base.Dispose();
        _names.Dispose();
    }

    protected override ChildProcess Launch(int node)
    {
        string own = Path.Combine(_folder, $"rabbit-{node}");
        Directory.CreateDirectory(own);
        string settings = Path.Combine(own, "rabbitmq.conf");
        File.WriteAllText(settings, $"""
            listeners.tcp = none
            load_definitions = {_folder}/definitions.json
            cluster_name = edgeinspector
            cluster_formation.peer_discovery_backend = classic_config
            cluster_formation.classic_config.nodes.1 = {Name(0)}
            cluster_formation.classic_config.nodes.2 = {Name(1)}
            cluster_formation.classic_config.nodes.3 = {Name(2)}
            cluster_partition_handling = pause_minority
            mqtt.listeners.tcp.1 = 127.0.0.1:{Ports[node]}
            mqtt.allow_anonymous = true
            mqtt.default_user = guest
            mqtt.default_pass = guest
            mqtt.durable_queue_type = quorum
            mqtt.subscription_ttl = 86400000

            """);
        return ChildProcess.Start($"{Programs}/rabbitmq-server", [], own, new Dictionary<string, string>
        {
            ["HOME"] = _folder,
            ["ERL_EPMD_PORT"] = Number(_namesPort),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = settings,
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "plugins"),
            ["RABBITMQ_NODENAME"] = Name(node),
            ["RABBITMQ_DIST_PORT"] = Number(_nodePorts[node]),
            ["RABBITMQ_MNESIA_BASE"] = own,
            ["RABBITMQ_LOG_BASE"] = own,
            ["RABBITMQ_PID_FILE"] = Path.Combine(own, "pid"),
            // The script then becomes the node, whose process is so the one that is killed.
            ["RUNNING_UNDER_SYSTEMD"] = "true",
            // Six idle schedulers that spin are more than two cores can bear.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        });
    }

    private static string Name(int node) => $"node{node + 1}@localhost";

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);
}
