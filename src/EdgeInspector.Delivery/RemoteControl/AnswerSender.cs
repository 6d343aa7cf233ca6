using System.Text.Json;
using System.Threading.Channels;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Foundation.Logging;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>
/// Sends the answers to a station's commands, over a connection of its own: if a command makes the broker end that connection, signals go
/// on. An answer is sent once, or given up and logged; <c>state</c> and the events tell what was done.
/// </summary>
internal sealed class AnswerSender : IAsyncDisposable
{
    private const int MostWaiting = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly AgentIdentity _agent;
    private readonly BrokerConnection _connection;
    private readonly TimeProvider _time;
    private readonly FaultLog _faults;
    private readonly Channel<(Reply Reply, CommandAnswer Answer)> _waiting = Channel.CreateBounded<(Reply, CommandAnswer)>(MostWaiting);
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;

    public AnswerSender(
        MqttOptions options, AgentIdentity agent, string station, TimeProvider time, ILogger log, BrokerFaults? faults = null)
    {
        (_agent, _time) = (agent, time);
        _connection = new BrokerConnection(options, ConnectionNames.Answers(options, station), time, log) { Shared = faults };
        _faults = new FaultLog(log, $"Answering a command to {station}", time);
    }

    /// <summary>Begins to connect.</summary>
    public void Start()
    {
        _connection.Start();
        _sending = Task.Run(Send);
    }

    /// <summary>Queues an answer to be sent soon; does not wait.</summary>
    public void Answer(Reply reply, CommandAnswer answer)
    {
        // A caller who gives no response topic sees the result in state and event.
        if (!string.IsNullOrEmpty(reply.Topic) && !_waiting.Writer.TryWrite((reply, Outward(answer))))
            _faults.Report($"{MostWaiting} answers wait already.");
    }

    private CommandAnswer Outward(CommandAnswer answer) =>
        answer with { Message = _agent.Outward(answer.Message), Problems = [.. answer.Problems.Select(_agent.Outward)] };

    /// <summary>Waits until there is a connection.</summary>
    public Task WaitConnected(CancellationToken stop) => _connection.WaitConnected(stop);

    /// <summary>Logs out.</summary>
    public Task StopAsync(CancellationToken limit) => _connection.StopAsync(limit);

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Send()
    {
        try
        {
            await foreach ((Reply reply, CommandAnswer answer) in _waiting.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await Send(reply, answer).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task Send(Reply reply, CommandAnswer answer)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
            Session session = await _connection.WaitConnected(either.Token).ConfigureAwait(false);
            MqttApplicationMessage message = Message(reply, answer);
            // The reasons are left out first: even a broker that takes so little then gets told whether the command was carried out.
            if (PublishSize.Of(message) > session.MaximumPacketSize)
                message = Message(reply, answer with { Problems = [] });
            if (PublishSize.Of(message) > session.MaximumPacketSize)
            {
                _faults.Report(
                    $"the answer makes a packet of {PublishSize.Of(message)} bytes, more than the broker takes "
                    + $"({session.MaximumPacketSize}).");
                return;
            }
            session.Carry(() => $"an answer to a command ({PublishSize.Of(message)} bytes)");
            MqttClientPublishResult result = await session.Publish(message, either.Token).ConfigureAwait(false);
            session.Delivered();
            if (!result.IsSuccess)
                _faults.Report($"the broker refused it ({result.ReasonCode}). Check its access rules for {reply.Topic}.");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (!_stop.IsCancellationRequested)
                _faults.Report($"the answer could not be sent: {fault.Message}");
        }
    }

    private static MqttApplicationMessage Message(Reply reply, CommandAnswer answer) => new()
    {
        Topic = reply.Topic!,
        CorrelationData = reply.Correlation,
        ContentType = "application/json",
        PayloadSegment = JsonSerializer.SerializeToUtf8Bytes(answer, CommandJson.Plain.CommandAnswer),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
    };
}

/// <summary>Where an answer goes.</summary>
/// <param name="Topic">The response topic; null or empty: nobody asked for an answer.</param>
/// <param name="Correlation">The asker's own data for the answer, or null.</param>
internal sealed record Reply(string? Topic, byte[]? Correlation);
