using System.Buffers;
using System.Text;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Delivery.DemoBroker;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Delivery.State;
using EdgeInspector.Delivery.Tests.Support;
using EdgeInspector.Inspection.Stations;

namespace EdgeInspector.Delivery.Tests.RemoteControl;

public sealed class CommandTests
{
    private static RemoteCommand? Read(string name, string payload, out string wrong) =>
        CommandPayload.Read(name, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), out wrong);

    [Theory]
    [InlineData("b1946ac9")]
    [InlineData("  b1946ac9\n")]
    [InlineData("{\"package\":\"b1946ac9\"}")]
    [InlineData("{\"force\":false,\"package\":\" b1946ac9 \",\"why\":null}")]
    public void The_package_is_plain_text_or_JSON(string payload) => Assert.Equal("b1946ac9", Read("activate", payload, out _)!.Package);

    [Fact]
    public void Who_why_and_force_come_along() => Assert.Equal(
        new RemoteCommand("rollback", null, "shift 2", "too many rejects", true),
        Read("rollback", """{"by":"shift 2","why":"too many rejects","force":true}""", out _));

    [Fact]
    public void A_threshold_is_for_a_tag_or_all_and_null_gives_it_back_to_the_settings()
    {
        RemoteCommand one = Read("threshold", """{"tag":"scratch","threshold":0.35,"by":"quality"}""", out _)!;
        Assert.Equal(("scratch", 0.35, "quality"), (one.Tag, one.Threshold, one.By));
        RemoteCommand all = Read("threshold", """{"threshold":1}""", out _)!;
        Assert.Equal((null, 1), (all.Tag, all.Threshold));
        RemoteCommand back = Read("threshold", """{"tag":"scratch","threshold":null}""", out _)!;
        Assert.Equal(("scratch", null), (back.Tag, back.Threshold));
    }

    [Fact]
    public void Learning_is_asked_for_with_and_without_a_number_and_a_type()
    {
        RemoteCommand asked = Read("learn", """{"parts":30,"type":" A12 ","by":"quality"}""", out _)!;
        Assert.Equal((30, "A12", "quality", true), (asked.Parts, asked.Type, asked.By, asked.IsPrompt));
        RemoteCommand usual = Read("learn", """{"by":"quality"}""", out _)!;
        Assert.Equal((null, null, false), (usual.Parts, usual.Type, usual.Stop));
    }

    [Fact]
    public void Learning_is_called_off_by_somebody()
    {
        RemoteCommand asked = Read("learn", """{"stop":true,"by":"quality","why":"the wrong parts"}""", out _)!;
        Assert.Equal((true, "quality", "the wrong parts"), (asked.Stop, asked.By, asked.Why));
    }

    [Theory]
    [InlineData("""{"parts":9}""", "'parts' is 9")]
    [InlineData("""{"parts":1001}""", "'parts' is 1001")]
    [InlineData("""{"parts":20.5}""", "'parts' is 20.5")]
    [InlineData("""{"parts":"20"}""", "from 10 to 1000")]
    [InlineData("""{"type":""}""", "'type' can't be used")]
    [InlineData("""{"tag":"scratch"}""", "It has 'tag'")]
    [InlineData("fifty", "is not JSON")]
    [InlineData("", "whoever vouches for the parts is named")]
    [InlineData("{}", "whoever vouches for the parts is named")]
    [InlineData("""{"parts":50,"by":" "}""", "whoever vouches for the parts is named")]
    [InlineData("""{"stop":true}""", "whoever vouches for the parts is named")]
    [InlineData("""{"stop":true,"parts":50,"by":"quality"}""", "'stop' goes with neither 'parts' nor 'type'")]
    [InlineData("""{"stop":1,"by":"quality"}""", "'stop' is 1; true or false belongs there")]
    public void Learning_that_is_asked_for_in_another_way_is_refused(string payload, string words)
    {
        Assert.Null(Read("learn", payload, out string wrong));
        Assert.Contains(words, wrong, StringComparison.Ordinal);
    }

    private const string Allowed = "a number from 0 to 1 belongs there, or null for the one of the settings.";

    [Theory]
    [InlineData("activate", """{"package":"b1946ac9","package":"c2"}""")]
    [InlineData("threshold", """{"threshold":0.9,"threshold":0.1}""")]
    [InlineData("rollback", """{"force":false,"\u0066orce":true}""")]
    public void A_field_that_is_named_twice_is_refused(string name, string payload)
    {
        Assert.Null(Read(name, payload, out string wrong));
        Assert.EndsWith("It names a field twice.", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_strange_field_is_said_so_that_it_can_be_read()
    {
        Assert.Null(Read("pause", "{\"\\u001b[2J\u202e\":1}", out string wrong));
        Assert.Contains("'\\u001B[2J\\u202E'", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_challenge_part_is_announced_by_its_id_or_as_the_next_one()
    {
        RemoteCommand named = Read("challenge", """{"part":" NOK-1 ","known":"good","by":"mia"}""", out _)!;
        Assert.Equal(("NOK-1", "good", "mia"), (named.Part, named.Known, named.By));
        Assert.Equal((null, null), (Read("challenge", "", out _)!.Part, Read("challenge", "{}", out _)!.Known));
    }

    [Fact]
    public void A_pause_needs_no_words() => Assert.Equal("pause", Read("pause", "", out _)!.Name);

    [Theory]
    [InlineData("activate", "", "names no package")]
    [InlineData("activate", "{\"package\":5}", "'package'")]
    [InlineData("activate", "{\"package\":\"a\",\"Force\":true}", "'Force'")]
    [InlineData("activate", "{\"package\":", "not JSON")]
    [InlineData("activate", "a\u0001b", "control characters")]
    [InlineData("stop", "", "no command 'stop'")]
    [InlineData("pause", "because", "{\"by\":\"…\",\"why\":\"…\"}")]
    [InlineData("pause", "{\"package\":\"a\"}", "'package'")]
    [InlineData("resume", "{\"threshold\":0.5}", "'threshold'")]
    [InlineData("threshold", "", "\"threshold\":0.5")]
    [InlineData("threshold", "0.5", "\"threshold\":0.5")]
    [InlineData("threshold", "{\"tag\":\"scratch\"}", "\"threshold\":0.5")]
    [InlineData("threshold", "{\"threshold\":1.01}", "from 0 to 1")]
    [InlineData("threshold", "{\"threshold\":-0.01}", "from 0 to 1")]
    [InlineData("threshold", "{\"threshold\":1e999}", "from 0 to 1")]
    [InlineData("threshold", "{\"threshold\":\"0.5\"}", "'threshold'")]
    [InlineData("threshold", "{\"Tag\":\"scratch\",\"threshold\":0.5}", "'Tag'")]
    [InlineData("activate", "{\"package\":\"a\",\"tag\":\"scratch\"}", "'tag'")]
    [InlineData("challenge", "{\"known\":\"worse\"}", "'known' is \"worse\"")]
    [InlineData("challenge", "{\"part\":7}", "'part' is 7")]
    [InlineData("challenge", "NOK-1", "known is bad or good")]
    [InlineData("pause", "{\"part\":\"NOK-1\"}", "'part'")]
    [InlineData("endstorm", "", "both of them")]
    [InlineData("endstorm", "{\"by\":\"mia\",\"why\":\" \"}", "both of them")]
    public void What_is_wrong_is_said(string name, string payload, string words)
    {
        Assert.Null(Read(name, payload, out string wrong));
        Assert.Contains(words, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("threshold", "{\"threshold\":90}", $"'threshold' is 90; {Allowed} Write 0.9 for 90 %.")]
    [InlineData("threshold", "{\"tag\":\"dent\",\"threshold\":101}", $"'threshold' is 101; {Allowed}")]
    [InlineData("threshold", "{\"threshold\":\"0.9\"}", $"'threshold' is \"0.9\"; {Allowed} Leave out the quotation marks.")]
    [InlineData("threshold", "{\"threshold\":true}", $"'threshold' is true; {Allowed}")]
    [InlineData("threshold", "{\"threshold\":0.5,\"tag\":7}", "'tag' is 7; a text belongs there, in quotation marks, or null.")]
    [InlineData("rollback", "{\"force\":\"yes\"}", "'force' is \"yes\"; true or false belongs there.")]
    [InlineData("pause", "{\"by\":[1]}", "'by' is [1]; a text belongs there, in quotation marks, or null.")]
    public void The_field_that_is_really_wrong_is_named_with_its_value(string name, string payload, string said)
    {
        Assert.Null(Read(name, payload, out string wrong));
        Assert.Equal(said, wrong);
    }

    [Fact]
    public async Task A_pause_does_not_wait_until_a_model_has_been_tried()
    {
        await using LoopbackBroker broker = await LoopbackBroker.StartAsync();
        var model = new TaskCompletionSource();
        var paused = new TaskCompletionSource();
        MqttOptions options = LineUnderTest.At(broker.Port);
        StationTopics topics = StationTopics.ForAll(options, "line-1", ["s1"])["s1"];
        var health = new StationHealth();
        await using var link = new StationLink(
            new AgentIdentity("pc-7", "line-1", "0.1.0"),
            new StationScope("s1", health, new StationCounters(), TimeProvider.System, new RecordingLog()),
            topics,
            options);
        var inputs = new StationInputs
        {
            Commands = new CommandOptions { Enabled = true },
            Command = async (command, _) =>
            {
                if (command.Name == "pause")
                    paused.SetResult();
                else
                    await model.Task;
                return new CommandAnswer(true, command.Name, [], null);
            },
        };
        link.Start(inputs, new StateSources());
        await link.WaitConnected(TestContext.Current.CancellationToken);
        await using Observer operators = await Observer.Connect(broker.Port);
        await Eventually.TrueAsync(() => !health.Has(StationLink.Component), "the link to listen");
        await operators.Publish(topics.Command + "/activate", "b1946ac9");
        await operators.Publish(topics.Command + "/pause", "");
        await paused.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        model.SetResult();
    }

    [Fact]
    public void Mutated_commands_are_read_or_refused_and_never_crash()
    {
        byte[] command =
            """{"package":"b1946ac92492d2347c6235b4d2611184","by":"shift 2","why":"more rejects than yesterday","force":false}"""u8
                .ToArray();
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            byte[] mutated = [.. command];
            for (int change = random.Next(1, 5); change > 0; change--)
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                mutated = mutated[..random.Next(mutated.Length)];
            RemoteCommand? read = CommandPayload.Read(
                RemoteCommand.Names[i % RemoteCommand.Names.Count], new ReadOnlySequence<byte>(mutated), out string wrong);
            Assert.True(read is null ^ wrong.Length == 0);
            refused += read is null ? 1 : 0;
        }
        Assert.InRange(refused, 100, 9_999);
    }
}
