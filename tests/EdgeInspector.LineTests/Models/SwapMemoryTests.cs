using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>Models come and go for months.</summary>
public sealed class SwapMemoryTests(ITestOutputHelper output) : ModelLine
{
    private const int Swaps = 200;
    private const double MostGrowth = 20;

    [Fact]
    public void Two_hundred_swaps_leave_the_memory_within_20_MB_of_that_after_five()
    {
        string b = ModelPackages.Copy(
            Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "b"), "bbbbbbbb-0000-0000-0000-000000000000");
        Mosquitto broker = StartBroker();
        using var camera = new HttpCamera();
        using var mailbox = new Mailbox(broker.Port, clean: true, "event", "state");
        using var plc = new WireClient(broker.Port, "plc", clean: true, [], null);
        JsonObject settings = ModelSettings(broker.Port, camera);
        ChildProcess agent = StartAgent(settings);
        agent.WaitForLine(line => line.Contains("gives pictures", StringComparison.Ordinal), Patience);
        mailbox.WaitFor("state", where: state => Running(state) is not null);
        (int code, string said) = Command("models", "import", b);
        Assert.True(code == 0, said);

        double after5 = 0, last = 0;
        for (int i = 1; i <= Swaps; i++)
        {
            // There, with its trial, and back again.
            Publish(plc, i % 2 == 1 ? "command/activate" : "command/rollback", i % 2 == 1 ? "b" : "");
            mailbox.WaitFor("event", i, e => Text(e, "kind") == "model" && Text(e, "change") is "activated" or "rolledBack");
            Publish(plc, "trigger", $"P{i}");
            mailbox.WaitFor("event", i, e => Text(e, "kind") == "verdict");
            last = ProcessFigures.Of(agent).Resident;
            if (i == 5)
                after5 = last;
            if (i % 25 == 0)
                output.WriteLine($"after {i,3} swaps: {last:0.0} MiB");
        }
        output.WriteLine($"after 5 swaps {after5:0.0} MiB, after {Swaps} {last:0.0} MiB");
        Assert.InRange(last, 0, after5 + MostGrowth);
        Assert.DoesNotContain(mailbox.Verdicts, e => Text(e, "verdict") == "none");
    }

    private static void Publish(WireClient client, string topic, string payload) =>
        Assert.True(client.TryPublish($"edgeinspector/test/s1/{topic}", Encoding.UTF8.GetBytes(payload)));

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();
}
