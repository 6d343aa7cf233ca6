using System.Text.Json.Nodes;

namespace EdgeInspector.LineTests.Line;

/// <summary>
/// A line whose parts a PLC announces, seen by a network camera, with a broker that keeps sessions, and everything in it can be broken and
/// mended. An independent receiver keeps the account.
/// </summary>
internal sealed class FaultedLine : IDisposable
{
    private const string Agent = "agent";
    private const string Prefix = "edgeinspector/test";
    private const string CanaryTopic = "canary";

    private readonly Func<JsonObject, ChildProcess> _startAgent;
    private readonly JsonObject _settings;
    private readonly Mosquitto _broker;
    private readonly WireClient _signals;
    private readonly WireClient _events;
    private readonly WireClient _canary;
    private readonly Timer _canaries;

    /// <param name="settings">Settings of the test, with the station <c>s1</c>; camera, trigger and the agent's name at the broker are set
    /// here.</param>
    /// <param name="startBroker">Starts the broker, given who hears its log.</param>
    /// <param name="startAgent">Starts the agent on settings.</param>
    public FaultedLine(
        Func<int, JsonObject> settings, Func<Action<string>, Mosquitto> startBroker, Func<JsonObject, ChildProcess> startAgent)
    {
        _startAgent = startAgent;
        // Lines of the log come once the broker listens, long before the PLC is there.
        Plc? plc = null;
        Log = new BrokerLog(Plc.Client, $"{Agent}-s1", length => plc!.LastOfLength(length));
        _broker = startBroker(Log.Read);
        // Signals as a PLC takes them: what was sent while it was away is history. Events as a quality system takes them: the broker keeps
        // them for it.
        _signals = new WireClient(_broker.Port, "gate", clean: true, [$"{Prefix}/+/signal", $"{Prefix}/+/image", CanaryTopic], Receive);
        _events = new WireClient(_broker.Port, "records", clean: false, [$"{Prefix}/+/event"], Ledger.Receive);
        _broker.SaveSessions();
        // What the way through the broker to the receiver costs at every moment, without the agent.
        _canary = new WireClient(_broker.Port, "canary", clean: true, [], null);
        _canaries = new Timer(
            _ => _canary.TryPublish(CanaryTopic, BitConverter.GetBytes(DateTime.UtcNow.Ticks)),
            null,
            Ledger.CanaryPeriod,
            Ledger.CanaryPeriod);
        Plc = plc = new Plc(_broker.Port, $"{Prefix}/s1/trigger", Ledger);

        _settings = settings(_broker.Port);
        _settings["Mqtt"]!["ClientId"] = Agent;
        _settings["Mqtt"]!["FirstPause"] = "100ms";
        JsonObject station = _settings["Stations"]!["s1"]!.AsObject();
        station["Trigger"] = new JsonObject { ["Kind"] = "Mqtt" };
        station["Camera"] = new JsonObject
        {
            ["Url"] = new JsonObject { ["Address"] = Source.Address, ["ReadTimeout"] = "1s" },
            ["Reopen"] = new JsonObject { ["First"] = "200ms", ["Max"] = "1s" },
        };
        Process = startAgent(_settings);
    }

    private void Receive(Arrival message)
    {
        if (message.Topic == CanaryTopic)
            Ledger.Canary(new DateTime(BitConverter.ToInt64(message.Payload), DateTimeKind.Utc), message.At);
        else
            Ledger.Receive(message);
    }

    public Ledger Ledger { get; } = new();

    public BrokerLog Log { get; }

    public HttpCamera Source { get; } = new();

    public Plc Plc { get; }

    /// <summary>The agent that runs at the moment.</summary>
    public ChildProcess Process { get; private set; }

    /// <summary>
    /// Announces parts at a steady pace while the planned faults happen beside it. Returns after the last part and the last fault.
    /// </summary>
    /// <param name="first">Number of the first part.</param>
    /// <param name="triggers">How many.</param>
    /// <param name="period">From one to the next.</param>
    /// <param name="plan">The faults, in the order of their triggers.</param>
    /// <param name="say">Takes a line about each.</param>
    public void Run(long first, int triggers, TimeSpan period, IReadOnlyList<PlannedFault> plan, Action<string> say)
    {
        var reached = new BlockingProgress();
        Task faults = Task.Run(() =>
        {
            foreach (PlannedFault planned in plan)
            {
                reached.Wait(planned.Trigger);
                say($"trigger {planned.Trigger,5}: {planned.What}");
                planned.Cause();
            }
        });
        Plc.Run(first, triggers, period, reached.Report);
        reached.Report(long.MaxValue);
        if (!faults.Wait(LineTest.Patience))
            throw new TimeoutException("The faults did not come to their end.");
    }

    /// <summary>SIGKILL to the agent, and a new one at once.</summary>
    public void RestartAgent(Action<JsonObject>? change = null)
    {
        Process.Kill();
        Process.WaitForExit(LineTest.Patience);
        change?.Invoke(_settings);
        Process = _startAgent(_settings);
    }

    /// <summary>SIGKILL to the broker; started again after a while.</summary>
    public void RestartBroker(TimeSpan away)
    {
        _broker.Kill();
        Thread.Sleep(away);
        _broker.StartAgain();
    }

    /// <summary>The camera's cable is cut for a while.</summary>
    public void CutCamera(TimeSpan away)
    {
        Source.Cut();
        Thread.Sleep(away);
        Source.Mend();
    }

    /// <summary>
    /// Waits until every acknowledged trigger has its event, or the patience is at its end; then it is for the account to complain.
    /// </summary>
    public void Settle(TimeSpan patience) => SpinWait.SpinUntil(() => Ledger.Missing(Log.Acknowledged).Count == 0, patience);

    public void Dispose()
    {
        _canaries.Dispose();
        _canary.Dispose();
        Plc.Dispose();
        _signals.Dispose();
        _events.Dispose();
        Source.Dispose();
    }
}

/// <summary>A fault and when it comes.</summary>
/// <param name="Trigger">With the announcement of which part.</param>
/// <param name="What">What it is, for the output.</param>
/// <param name="Cause">Causes it.</param>
internal sealed record PlannedFault(long Trigger, string What, Action Cause);
