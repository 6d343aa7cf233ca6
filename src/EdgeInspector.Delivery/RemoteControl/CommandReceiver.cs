using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.Triggers;
using EdgeInspector.Foundation.Logging;
using EdgeInspector.Foundation.Text;
using EdgeInspector.Inspection.Stations;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace EdgeInspector.Delivery.RemoteControl;

/// <summary>
/// Takes commands from <c>…/command/+</c>, has them carried out one after the other, and answers on the MQTT 5 response topic with the
/// correlation data. A command whose answer may not be sent to its response topic is not obeyed. A retained command is refused: it may be
/// days old. A command that the broker repeats is carried out again, which changes nothing. Commands that take only a moment, such as a
/// pause, have a queue of their own: they must not wait until a model has been tried.
/// </summary>
internal sealed partial class CommandReceiver : IAsyncDisposable
{
    private readonly string _prefix;
    private readonly Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> _obey;
    private readonly ResponseTopics _places;
    private readonly AnswerSender _answers;
    private readonly StationCounters _counters;
    private readonly ILogger _log;
    private readonly FaultLog _faults;
    private readonly Channel<Waiting> _waiting;
    private readonly Channel<Waiting> _prompt;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    public CommandReceiver(
        StationScope station,
        string prefix,
        CommandOptions options,
        Func<RemoteCommand, CancellationToken, Task<CommandAnswer>> obey,
        ResponseTopics places,
        AnswerSender answers)
    {
        (_prefix, _obey, _places, _answers, _counters, _log) = (prefix + "/", obey, places, answers, station.Counters, station.Log);
        _faults = new FaultLog(_log, "A command", station.Time);
        _waiting = Channel.CreateBounded<Waiting>(options.Queue);
        _prompt = Channel.CreateBounded<Waiting>(options.Queue);
        _working = Task.WhenAll(Task.Run(() => Work(_waiting)), Task.Run(() => Work(_prompt)));
    }

    /// <summary>Subscribes on a fresh connection. Returns what is wrong, or null.</summary>
    public async Task<string?> Subscribe(Session session, CancellationToken stop) =>
        await Subscription.Make(session, _prefix + "+", stop).ConfigureAwait(false) is { } refused
            ? $"{refused} Commands can't be received; check the broker's access rules, or set Commands:Enabled to false."
            : null;

    /// <summary>Takes one message. Called on the connection's receiving task.</summary>
    public Task Receive(MqttApplicationMessageReceivedEventArgs e)
    {
        MqttApplicationMessage message = e.ApplicationMessage;
        if (!message.Topic.StartsWith(_prefix, StringComparison.Ordinal))
            return Task.CompletedTask;
        if (_places.FaultOf(message.ResponseTopic, message.CorrelationData) is { } nowhere)
        {
            _counters.CountAnswerRefused();
            _faults.Report(
                $"on {Shown(message.Topic)}: {PrintableText.Of(nowhere, 800)} It was not obeyed, since it could not be answered.");
            return Task.CompletedTask;
        }
        var reply = new Reply(message.ResponseTopic, message.CorrelationData);
        string name = message.Topic[_prefix.Length..];
        RemoteCommand? command = null;
        string wrong = "The command was retained, so it may be of another day, and was refused. Publish commands without the retain flag.";
        if (!message.Retain)
            command = CommandPayload.Read(name, message.Payload, out wrong);
        if (command is null)
        {
            _faults.Report($"on {Shown(message.Topic)}: {wrong}");
            _answers.Answer(reply, CommandAnswer.Refused(wrong));
        }
        else if (!(command.IsPrompt ? _prompt : _waiting).Writer.TryWrite(new Waiting(command, reply)))
        {
            _answers.Answer(reply, CommandAnswer.Refused("Too many commands are waiting; send it again when the others are done."));
        }
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        _prompt.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Work(Channel<Waiting> queue)
    {
        try
        {
            await foreach (Waiting waiting in queue.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                CommandAnswer answer = await Obey(waiting.Command).ConfigureAwait(false);
                string package = waiting.Command.Package is { } named ? $" '{named}'" : "";
                string answered = string.Join(' ', [answer.Message, .. answer.Problems]);
                LogAnswered(_log, _prefix + waiting.Command.Name, package, waiting.Command.By ?? "somebody", answered);
                _answers.Answer(waiting.Reply, answer);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task<CommandAnswer> Obey(RemoteCommand command)
    {
        try
        {
            return await _obey(command, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException && !_stop.IsCancellationRequested)
        {
            return CommandAnswer.Refused(fault.Message);
        }
    }

    [LoggerMessage(EventId = 530, Level = LogLevel.Information, Message = "Command on {Topic}{Package} by {By}: {Answer}")]
    private static partial void LogAnswered(ILogger log, string topic, string package, string by, string answer);

    private static string Shown(string topic) => PrintableText.Of(topic, 200);

    private sealed record Waiting(RemoteCommand Command, Reply Reply);
}

[JsonSerializable(typeof(CommandAnswer))]
[JsonSerializable(typeof(SaidPiece))]
[JsonSerializable(typeof(SaidPiece[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
internal sealed partial class CommandJson : JsonSerializerContext
{
    /// <summary>Names in camel case; quotation marks and umlauts are not escaped, for people who read the answer in a terminal.</summary>
    public static CommandJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
