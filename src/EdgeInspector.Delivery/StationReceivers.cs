using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.Triggers;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using MQTTnet;

namespace EdgeInspector.Delivery;

/// <summary>
/// Takes the messages for a station: triggers, counts of parts, commands. Messages come over the connection of the
/// <see cref="StationLink"/>; answers to commands have a connection of their own, since a stranger can shape them.
/// </summary>
internal sealed class StationReceivers : IAsyncDisposable
{
    internal const string TriggerComponent = "trigger";
    internal const string PartsComponent = "parts";
    internal const string CommandComponent = "command";

    private readonly StationHealth _health;
    private readonly TriggerReceiver? _triggers;
    private readonly PartsReceiver? _parts;
    private readonly CommandReceiver? _commands;
    private readonly AnswerSender? _answers;
    private readonly bool _sendsAnswers;

    public StationReceivers(
        AgentIdentity agent, StationScope station, StationTopics topics, MqttOptions options, StationInputs inputs, BrokerFaults? faults)
    {
        _health = station.Health;
        if (inputs.Trigger is { } onTrigger)
            _triggers = new TriggerReceiver(topics.Trigger, onTrigger, station.Time, station.Log);
        if (inputs.Parts is { } onParts)
            _parts = new PartsReceiver(topics.Parts, onParts, station.Time, station.Log);
        if (inputs is not { Commands: { Enabled: true } commands, Command: { } obey })
            return;
        _answers = new AnswerSender(options, agent, station.Name, station.Time, station.Log, faults);
        _commands = new CommandReceiver(
            station, topics.Command, commands, obey, new ResponseTopics(options, commands, agent.Line, station.Name), _answers);
        // MQTT 3.1.1 knows no response topics.
        _sendsAnswers = options.IsMqtt5;
    }

    /// <summary>The subscriptions to make on each new connection.</summary>
    public IEnumerable<Subscribing> Subscriptions
    {
        get
        {
            if (_triggers is not null)
                yield return new(DeliveryWordings.NoTriggers, _triggers.Subscribe);
            if (_parts is not null)
                yield return new(DeliveryWordings.NoParts, _parts.Subscribe);
            if (_commands is not null)
                yield return new(DeliveryWordings.NoCommands, _commands.Subscribe);
        }
    }

    /// <summary>Begins to connect the connection for answers.</summary>
    public void Start()
    {
        if (_sendsAnswers)
            _answers!.Start();
    }

    /// <summary>Waits until answers can be sent.</summary>
    public Task WaitConnected(CancellationToken stop) => _sendsAnswers ? _answers!.WaitConnected(stop) : Task.CompletedTask;

    /// <summary>Listens to a client that is about to connect.</summary>
    public void ListenTo(IMqttClient client)
    {
        if (_parts is not null)
            client.ApplicationMessageReceivedAsync += _parts.Receive;
        if (_commands is not null)
            client.ApplicationMessageReceivedAsync += _commands.Receive;
        if (_triggers is null)
            return;
        _triggers.Reset();
        client.ApplicationMessageReceivedAsync += _triggers.Receive;
    }

    /// <summary>Subscribes; tells the health which subscriptions the broker does not grant.</summary>
    /// <returns>The subscriptions that the broker did not grant.</returns>
    public async Task<List<Subscribing>> Subscribe(IEnumerable<Subscribing> wanted, Session session, CancellationToken stop)
    {
        var open = new List<Subscribing>();
        foreach (Subscribing one in wanted)
        {
            if (await one.Make(session, stop).ConfigureAwait(false) is { } wrong)
            {
                open.Add(one);
                _health.Complain(one.Missing.Of(wrong));
            }
            else
            {
                _health.Withdraw(one.Missing.Subject);
            }
        }
        return open;
    }

    /// <summary>Logs out.</summary>
    public Task StopAsync(CancellationToken limit) => _answers?.StopAsync(limit) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_commands is not null)
            await _commands.DisposeAsync().ConfigureAwait(false);
        if (_answers is not null)
            await _answers.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A subscription of the station.</summary>
    /// <param name="Missing">What the health is told when the broker does not grant the subscription.</param>
    /// <param name="Make">Subscribes; returns what is wrong, or null.</param>
    public sealed record Subscribing(Wording Missing, Func<Session, CancellationToken, Task<string?>> Make);
}
