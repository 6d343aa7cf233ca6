using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>The audit log of a whole agent: killed, on a full disk, and beside commands that act while no agent runs.</summary>
public sealed class AuditTests : LineTest
{
    private string Log => Path.Combine(Folder, "data", "audit");

    private static JsonObject Quick(int port)
    {
        JsonObject settings = Settings(port);
        Station(settings)["Model"] = Path.Combine(Packages, "quick");
        Station(settings)["Camera"]!["Simulated"]!["Pace"] = "20ms";
        return settings;
    }

    private List<JsonElement> Entries() =>
        [.. Directory.GetFiles(Log, "*.jsonl")
            .Order(StringComparer.Ordinal)
            .SelectMany(File.ReadAllLines)
            .Where(line => line.EndsWith('}'))
            .Select(Read)
            .OfType<JsonElement>()];

    private static JsonElement? Read(string line)
    {
        try
        {
            return JsonDocument.Parse(line).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private string Verified()
    {
        (int code, ChildProcess verify) = Run("audit", "verify", "--data", Path.Combine(Folder, "data"));
        Assert.True(code == 0, verify.Said);
        return verify.Said;
    }

    [Fact]
    public void After_kills_the_chain_fits_and_has_every_part_whose_event_came()
    {
        Mosquitto broker = StartBroker(Persistent);
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: false, "event", "state"));
        JsonObject settings = Quick(broker.Port);
        for (int kill = 1; kill <= 4; kill++)
        {
            ChildProcess agent = StartAgent(settings);
            mailbox.WaitFor("event", 60 * kill);
            agent.Kill();
            agent.WaitForExit(Patience);
        }
        ChildProcess last = StartAgent(settings);
        mailbox.WaitFor("event", 300);
        last.Terminate();
        Assert.Equal(0, last.WaitForExit(Patience));

        Assert.Contains("The audit log fits", Verified(), StringComparison.Ordinal);
        List<JsonElement> entries = Entries();
        HashSet<string> audited = [.. entries.Where(e => Text(e, "kind") == "verdict").Select(e => Text(e, "id")!)];
        string[] missing = [.. mailbox.Verdicts.Select(e => e.GetProperty("id").GetString()!).Where(id => !audited.Contains(id))];
        Assert.Empty(missing);
        Assert.Equal(5, entries.Count(e => (Text(e, "kind"), Text(e, "what")) == ("agent", "started")));
        Assert.Equal(1, entries.Count(e => (Text(e, "kind"), Text(e, "what")) == ("agent", "stopped")));
        Assert.Equal(5, entries.Count(e => Text(e, "kind") == "rules"));
        JsonElement state = mailbox.All("state")
            .Last(s => s.TryGetProperty("audit", out JsonElement audit) && audit.ValueKind == JsonValueKind.Object);
        string noted = state.GetProperty("audit").GetProperty("hash").GetString()!;
        Assert.Equal(0, Run("audit", "verify", "--data", Path.Combine(Folder, "data"), "--contains", noted).ExitCode);
    }

    [Fact]
    public void A_full_disk_costs_no_verdict_and_the_chain_fits_afterwards()
    {
        using SmallDisk disk = SmallDisk.Mount(Path.Combine(Folder, "data"), "20m");
        Mosquitto broker = StartBroker(Persistent);
        Mailbox mailbox = Opened(new Mailbox(broker.Port, clean: false, "event", "state"));
        JsonObject settings = Quick(broker.Port);
        settings["Images"] = new JsonObject { ["Mode"] = "Off" };
        ChildProcess agent = StartAgent(settings);
        mailbox.WaitFor("event", 50);
        disk.Fill();
        mailbox.WaitFor("state", where: s => s.GetRawText().Contains("The audit log in", StringComparison.Ordinal));
        int before = mailbox.Verdicts.Count;
        mailbox.WaitFor("event", before + 200);
        disk.Empty();
        DateTime roomAgain = DateTime.UtcNow;
        mailbox.WaitFor("state", where: s => s.GetProperty("at").GetDateTime() > roomAgain
            && !s.GetRawText().Contains("The audit log in", StringComparison.Ordinal));
        agent.Terminate();
        Assert.Equal(0, agent.WaitForExit(Patience));

        Verified();
        HashSet<string> audited = [.. Entries().Where(e => Text(e, "kind") == "verdict").Select(e => Text(e, "id")!)];
        Assert.DoesNotContain(mailbox.Verdicts.Select(e => e.GetProperty("id").GetString()!), id => !audited.Contains(id));
    }

    [Fact]
    public void A_command_that_acts_while_no_agent_runs_is_in_the_chain_and_an_altered_entry_is_named()
    {
        JsonObject settings = Quick(Ports.Free());
        string file = Write(settings);
        foreach (string[] command in (string[][])
        [
            ["models", "import", Path.Combine(Packages, "slow")],
            ["models", "activate", "slow", "--why", "before the start"],
        ])
        {
            (int code, ChildProcess done) = Run([.. command, "--settings", file]);
            Assert.True(code == 0, done.Said);
        }
        Verified();
        JsonElement entry = Assert.Single(Entries(), e => Text(e, "kind") == "model");
        Assert.Equal(("activated", "command line", "before the start"), (Text(entry, "what"), Text(entry, "from"), Text(entry, "why")));
        Assert.Equal(Environment.UserName, Text(entry, "by"));

        (int exported, ChildProcess export) = Run("audit", "export", "--settings", file, "--station", "s1", "--csv");
        Assert.Equal(0, exported);
        Assert.Contains(
            export.Output,
            line => line.Contains(",model,", StringComparison.Ordinal) && line.Contains("before the start", StringComparison.Ordinal));

        string log = Directory.GetFiles(Log, "*.jsonl").Single();
        File.WriteAllText(log, File.ReadAllText(log).Replace("before the start", "before the strat", StringComparison.Ordinal));
        (int altered, ChildProcess verify) = Run("audit", "verify", "--settings", file);
        Assert.Equal(1, altered);
        Assert.Contains($"{Path.GetFileName(log)}, line 2, entry 2: model at station s1", verify.Said, StringComparison.Ordinal);
    }
}
