using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.LineTests.Line;

/// <summary>Sends commands and waits for their answers, as MQTT 5 has it: on a response topic, with correlation data.</summary>
internal sealed class CommandClient : IDisposable
{
    private const string Answers = "response/test";

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private TaskCompletionSource<string>? _waiting;
    private byte[] _correlation = [];

    public static async Task<CommandClient> ConnectAsync(int port)
    {
        var client = new CommandClient();
        client._client.ApplicationMessageReceivedAsync += client.Receive;
        await client._client.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port)
                .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
                .Build());
        await client._client.SubscribeAsync(Answers, MqttQualityOfServiceLevel.AtLeastOnce);
        return client;
    }

    /// <summary>Sends a command and gives the answer's JSON.</summary>
    /// <param name="station">The station.</param>
    /// <param name="command">The topic's last level.</param>
    /// <param name="payload">What is sent.</param>
    /// <param name="retain">True: with the retain flag, for whoever subscribes later.</param>
    public async Task<string> AskAsync(string station, string command, string payload, bool retain = false)
    {
        _correlation = Guid.NewGuid().ToByteArray();
        _waiting = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _client.PublishAsync(Message($"edgeinspector/test/{station}/command/{command}", payload, retain));
        return await _waiting.Task.WaitAsync(LineTest.Patience);
    }

    private MqttApplicationMessage Message(string topic, string payload, bool retain) => new()
    {
        Topic = topic,
        Payload = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        ResponseTopic = Answers,
        CorrelationData = _correlation,
        Retain = retain,
    };

    private Task Receive(MqttApplicationMessageReceivedEventArgs e)
    {
        if (e.ApplicationMessage.CorrelationData is { } correlation && correlation.AsSpan().SequenceEqual(_correlation))
            _waiting?.TrySetResult(e.ApplicationMessage.ConvertPayloadToString());
        return Task.CompletedTask;
    }

    public void Dispose() => _client.Dispose();
}
