using System.Net;
using MQTTnet.Server;

namespace EdgeInspector.Delivery.DemoBroker;

/// <summary>A broker inside this process that only this machine can reach: for the demo and for tests, not for a line.</summary>
public sealed class LoopbackBroker : IAsyncDisposable
{
    private readonly MqttServer _server;
    private readonly MqttServerOptions _options;

    private LoopbackBroker(MqttServer server, MqttServerOptions options) => (_server, _options) = (server, options);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => _options.DefaultEndpointOptions.Port;

    internal MqttServer Server => _server;

    /// <summary>Starts a broker.</summary>
    /// <param name="port">The port, or 0 for a free one.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    public static async Task<LoopbackBroker> StartAsync(int port = 0)
    {
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .WithDefaultEndpointReuseAddress()
            .WithMaxPendingMessagesPerClient(10_000)
            .Build();
        MqttServer server = new MqttServerFactory().CreateMqttServer(options);
        try
        {
            await server.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            server.Dispose();
            throw;
        }
        return new LoopbackBroker(server, options);
    }

    /// <summary>Stops the broker; clients lose their connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        _server.Dispose();
    }
}
