using EdgeInspector.Delivery.DemoBroker;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Benchmarks.StartUp;

/// <summary>A broker on loopback with a client that waits for verdicts.</summary>
internal sealed class ListeningBroker : IAsyncDisposable
{
    private readonly LoopbackBroker _broker;
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private TaskCompletionSource<long> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ListeningBroker(LoopbackBroker broker) => _broker = broker;

    public int Port => _broker.Port;

    public static async Task<ListeningBroker> StartAsync()
    {
        var broker = new ListeningBroker(await LoopbackBroker.StartAsync());
        broker._client.ApplicationMessageReceivedAsync += message =>
        {
            long now = TimeProvider.System.GetTimestamp();
            // The parts before the model's first verdict may have none.
            if (!message.ApplicationMessage.ConvertPayloadToString().Contains("\"none\"", StringComparison.Ordinal))
                broker._next.TrySetResult(now);
            return Task.CompletedTask;
        };
        await broker._client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithClientId("plc").Build());
        await broker._client.SubscribeAsync("edgeinspector/+/+/signal", MqttQualityOfServiceLevel.AtLeastOnce);
        return broker;
    }

    /// <summary>Forgets what was heard; the task gives when the next verdict was received, as a time stamp of the system's clock.</summary>
    public Task<long> NextVerdict()
    {
        _next = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _next.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _broker.DisposeAsync();
    }
}
