using System.Text;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.State;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Stations;
using EdgeInspector.Inspection.Verdicts;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeInspector.Delivery.Tests.RemoteControl;

/// <summary>What a command may ask for as the place and the data of its answer.</summary>
public sealed class CommandAnswerTests
{
    [Theory]
    [InlineData("edgeinspector/line-1/weld-3/response/panel")]
    [InlineData("edgeinspector/line-1/weld-4/response/panel/7")]
    [InlineData("edgeinspector/line-1/response/panel")]
    [InlineData("response/panel")]
    [InlineData("response/panel/7")]
    [InlineData("")]
    [InlineData(null)]
    public void Answers_go_below_response(string? topic) => Assert.Null(Places().FaultOf(topic, null));

    [Theory]
    [InlineData("edgeinspector/line-2/weld-3/response/panel", "not below")]
    [InlineData("edgeinspector/line-1/weld-3/response", "not below")]
    [InlineData("edgeinspector/line-1/weld-3/responses/panel", "not below")]
    [InlineData("response", "not below")]
    [InlineData("edgeinspector-answers/panel", "not below")]
    [InlineData("$SYS/broker/version", "not below")]
    [InlineData("a", "not below")]
    [InlineData("response//panel", "empty level")]
    [InlineData("response/panel/", "empty level")]
    [InlineData("/response/panel", "empty level")]
    [InlineData("response/+", "wildcard")]
    [InlineData("response/panel/#", "wildcard")]
    [InlineData("response/a\0b", "U+0000")]
    [InlineData("response/a\uFFFFb", "U+FFFF")]
    [InlineData("response/a\nb", "U+000A")]
    public void Anywhere_else_is_refused(string topic, string words) =>
        Assert.Contains(words, Places().FaultOf(topic, null), StringComparison.Ordinal);

    [Fact]
    public void No_topic_of_an_agent_is_ever_answered_to_whatever_the_settings_allow()
    {
        var options = new MqttOptions { TopicPrefix = "{line}/{station}" };
        StationTopics mine = StationTopics.ForAll(options, "response", ["panel"])["panel"];
        string[] topics =
        [
            mine.Signal, mine.BareSignal, mine.Event, mine.Image, mine.State, mine.Heartbeat, mine.Trigger, mine.Parts,
            mine.Command + "/pause", mine.Command + "/a/b",
        ];
        var places = new ResponseTopics(
            options, new CommandOptions { ResponsePrefixes = ["response", "{line}/{station}", "{client}"] }, "response", "panel");
        Assert.All(topics, topic => Assert.Contains("agents' own", places.FaultOf(topic, null), StringComparison.Ordinal));
        Assert.All(topics, topic => Assert.Contains(
            "agents' own", places.FaultOf(topic.Replace("panel", "other", StringComparison.Ordinal), null), StringComparison.Ordinal));
        Assert.All(topics, topic => Assert.Equal(mine.Prefix, string.Join('/', topic.Split('/').Take(2))));
        Assert.All(topics, topic => Assert.Contains(topic.Split('/')[2], StationTopics.Leaves));
        Assert.Null(places.FaultOf("response/panel/answers", null));
    }

    [Fact]
    public void Half_a_character_is_refused() =>
        Assert.Contains("U+D800", Places().FaultOf("response/\uD800", null), StringComparison.Ordinal);

    [Fact]
    public void Length_levels_and_correlation_data_are_bounded()
    {
        Assert.Null(Places().FaultOf(
            "response/" + string.Join('/', Enumerable.Repeat("a", ResponseTopics.MostLevels - 1)),
            new byte[ResponseTopics.MostCorrelationBytes]));
        Assert.Contains(
            "levels",
            Places().FaultOf("response/" + string.Join('/', Enumerable.Repeat("a", ResponseTopics.MostLevels)), null),
            StringComparison.Ordinal);
        Assert.Contains(
            "bytes", Places().FaultOf("response/" + new string('ä', ResponseTopics.MostBytes / 2), null), StringComparison.Ordinal);
        Assert.Contains(
            "correlation", Places().FaultOf("response/a", new byte[ResponseTopics.MostCorrelationBytes + 1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mes/{line}/{client}", "mes/line-1/panel/answers", null)]
    [InlineData("mes/{station}", "mes/weld-3/panel", null)]
    [InlineData("mes", "response/panel", "not below mes/…")]
    public void The_settings_say_other_places(string prefix, string topic, string? words)
    {
        string? fault = new ResponseTopics(new MqttOptions(), new CommandOptions { ResponsePrefixes = [prefix] }, "line-1", "weld-3")
            .FaultOf(topic, null);
        Assert.Equal(words is null, fault is null);
        if (words is not null)
            Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/+", "wildcard")]
    [InlineData("a/#", "wildcard")]
    [InlineData("/a", "empty level")]
    [InlineData("", "empty level")]
    [InlineData("{site}/a", "placeholders")]
    [InlineData("a{client}", "placeholders")]
    [InlineData("a\uFFFF", "U+FFFF")]
    public void An_unfit_prefix_is_refused_at_the_check(string prefix, string words) =>
        Assert.Contains(
            words,
            Assert.Single(new CommandOptions { ResponsePrefixes = [prefix] }.Validate(new(new object()))).ErrorMessage,
            StringComparison.Ordinal);

    [Fact]
    public async Task No_command_makes_the_broker_end_the_connection_that_carries_signals()
    {
        using Mosquitto broker = Mosquitto.Start(_ => "allow_anonymous true\nmax_packet_size 4000");
        await using Observer observer = await Observer.Connect(broker.Port, "edgeinspector/#");
        var log = new RecordingLog();
        var counters = new StationCounters();
        var health = new StationHealth();
        MqttOptions options = LineUnderTest.At(broker.Port);
        StationTopics topics = StationTopics.ForAll(options, "line-1", ["weld-3"])["weld-3"];
        int obeyed = 0;
        await using var link = new StationLink(
            new AgentIdentity("pc-7", "line-1", "0.1.0"),
            new StationScope("weld-3", health, counters, TimeProvider.System, log),
            topics,
            options);
        var inputs = new StationInputs
        {
            Commands = new CommandOptions { Enabled = true, Queue = 100 },
            Command = (_, _) =>
            {
                Interlocked.Increment(ref obeyed);
                // More than the broker takes, whoever made it so long.
                return Task.FromResult(new CommandAnswer(true, "Done.", [new string('x', 10_000)], null));
            },
        };
        link.Start(inputs, new StateSources());
        await link.WaitConnected(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !health.Has(StationLink.Component), "the link to listen");
        using IMqttClient attacker = new MqttClientFactory().CreateMqttClient();
        await attacker.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port)
                .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
                .Build(),
            TestContext.Current.CancellationToken);
        (string Topic, byte[]? Data)[] wishes =
        [
            (string.Join('/', Enumerable.Repeat("a", 150)), null), (topics.Trigger, null), (topics.State, null),
            ("edgeinspector/line-1/weld-4/signal", null), ("response/panel", new byte[3500]),
            ("response/" + string.Join('/', Enumerable.Repeat("a", 190)), null), ("response/" + new string('x', 3000), null),
            ("$SYS/a", null),
        ];
        string[] commands = ["pause", "unknown", "activate"];
        for (int i = 0; i < 60; i++)
        {
            (string topic, byte[]? data) = wishes[i % wishes.Length];
            await attacker.PublishAsync(
                new MqttApplicationMessage
                {
                    Topic = $"{topics.Command}/{commands[i % 3]}",
                    PayloadSegment = i % 2 == 0 ? [] : Encoding.UTF8.GetBytes(new string('{', 200)),
                    ResponseTopic = topic,
                    CorrelationData = data,
                    QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                },
                TestContext.Current.CancellationToken);
            Assert.Equal(SignalOutcome.Sent, link.Send(new(
                $"part-{i}", i, VerdictKind.Pass, GateAction.Pass, DateTimeOffset.UtcNow,
                TimeProvider.System.GetTimestamp() + (5 * TimeProvider.System.TimestampFrequency))));
        }
        await Eventually.TrueAsync(() => observer.On("/signal").Count == 60, "the signals");
        await Eventually.TrueAsync(() => counters.AnswersRefused == 60, "the commands to be refused");
        Assert.Equal(0, obeyed);
        Assert.Empty(observer.On("/trigger"));
        Assert.Single(log.Lines, text => text.Contains("-weld-3 connected", StringComparison.Ordinal));
        Assert.InRange(log.Lines.Count(text => text.Contains("It was not obeyed", StringComparison.Ordinal)), 1, 30);

        // A good one still gets its answer, in short where the whole is too much for the broker.
        await using Observer panel = await Observer.Connect(broker.Port, "response/panel/#");
        await attacker.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = topics.Command + "/pause",
                ResponseTopic = "response/panel/7",
                CorrelationData = [1, 2, 3],
                QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            },
            TestContext.Current.CancellationToken);
        Seen answer = await panel.Wait("/7");
        Assert.Equal("{\"ok\":true,\"message\":\"Done.\",\"problems\":[],\"package\":null,\"code\":null,\"values\":{}}", answer.Text);
        Assert.Single(log.Lines, text => text.Contains("-weld-3-answers connected", StringComparison.Ordinal));
    }

    private static ResponseTopics Places() => new(new MqttOptions(), new CommandOptions(), "line-1", "weld-3");
}
