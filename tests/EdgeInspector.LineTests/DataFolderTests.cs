using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;
using EdgeInspector.LineTests.Models;

namespace EdgeInspector.LineTests;

/// <summary>What an agent makes of a data folder that somebody else has, or has left something in.</summary>
public sealed class DataFolderTests : ModelLine
{
    [Fact]
    public void A_start_while_somebody_else_has_the_data_folder_waits_and_goes_on()
    {
        Mosquitto broker = StartBroker();
        using Mailbox mailbox = new(broker.Port, clean: true, "state");
        JsonObject settings = ModelSettings(broker.Port, Opened(new HttpCamera()));
        Directory.CreateDirectory(Data);
        ChildProcess agent;
        using (Locked())
        {
            agent = StartAgent(settings);
            agent.WaitForLine(line => line.Contains("The agent waits up to 12 s", StringComparison.Ordinal), Patience);
        }
        mailbox.WaitFor("state", where: state => state.GetProperty("status").GetString() == "online");
        Assert.False(agent.HasExited);
    }

    [Fact]
    public void A_start_on_the_data_folder_of_another_ends_with_a_code_that_is_tried_again()
    {
        JsonObject settings = ModelSettings(Ports.Free(), Opened(new HttpCamera()));
        Directory.CreateDirectory(Data);
        using FileStream other = Locked();
        ChildProcess agent = StartAgent(settings);
        Assert.Equal(1, agent.WaitForExit(Patience));
        Assert.Contains("is in use by", agent.Said, StringComparison.Ordinal);
        Assert.Contains("so that the service manager starts it again", agent.Said, StringComparison.Ordinal);
        string unit = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "edgeinspector.service"));
        Assert.Contains("\nRestart=always\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nRestartPreventExitStatus=2\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_tries_a_package_without_keeping_the_agent_from_its_start()
    {
        Mosquitto broker = StartBroker();
        JsonObject settings = ModelSettings(broker.Port, Opened(new HttpCamera()));
        Write(settings);
        string package = ModelPackages.Copy(Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "b"),
            "bbbbbbbb-0000-0000-0000-000000000000");
        string hash = HashOf(package);
        (int imported, string said) = Command("models", "import", package);
        Assert.True(imported == 0, said);

        ChildProcess command = Start(["models", "activate", "b", "--settings", Path.Combine(Folder, "settings.json")]);
        WaitForTrialOf(command);
        // Held during the trial, this would throw.
        Locked().Dispose();
        using Mailbox mailbox = new(broker.Port, clean: true, "state");
        StartAgent(settings);
        Assert.True(command.WaitForExit(Patience) == 0, command.Said);
        mailbox.WaitFor("state", where: state => Running(state) == hash);
    }

    [Fact]
    public void Pipes_in_the_data_folder_stop_neither_the_start_nor_a_part_nor_a_request()
    {
        Mosquitto broker = StartBroker();
        JsonObject settings = ModelSettings(broker.Port, Opened(new HttpCamera()));
        Station(settings)["Trigger"] = new JsonObject { ["Kind"] = "EveryFrame" };
        string day = Path.Combine(Data, "spool", "2026-11-28"), requests = Path.Combine(Data, "models", "requests");
        foreach (string folder in new[] { day, requests, Path.Combine(Data, "refused") })
            Directory.CreateDirectory(folder);
        string[] pipes =
        [
            Path.Combine(Data, "models", "active.json"), Path.Combine(Data, "commanded.json"), Path.Combine(Data, "open-parts.dat"),
                Path.Combine(Data, "journal.db"),
            Path.Combine(day, "12-00-00.000_s1_reject_part-1_01932a5f-0000-7000-8000-000000000001.json"), Path.Combine(requests,
                "0.request.json"),
        ];
        using (Process made = Process.Start("mkfifo", pipes))
            made.WaitForExit();
        using Mailbox mailbox = new(broker.Port, clean: true, "state", "signal", "event");
        StartAgent(settings);
        mailbox.WaitFor("event", 3, e => e.GetProperty("kind").GetString() == "verdict");
        JsonElement state = mailbox.WaitFor("state", where: s => s.GetRawText().Contains("is no file but a pipe of user",
            StringComparison.Ordinal));
        Assert.Equal("degraded", state.GetProperty("status").GetString());
        (int code, string said) = Command("models", "rollback");
        Assert.True(code == 1 && said.Contains("no earlier package", StringComparison.Ordinal), said);
    }

    private FileStream Locked() => new(Path.Combine(Data, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Waits until the process of the trial is there that a command has started.</summary>
    private static void WaitForTrialOf(ChildProcess command)
    {
        byte[] trial = Encoding.ASCII.GetBytes($"trial\0--parent\0{command.Id}\0");
        bool isThere = SpinWait.SpinUntil(
            () => command.HasExited || Directory.EnumerateDirectories("/proc").Any(process => Words(process).AsSpan().IndexOf(trial) >= 0),
                Patience);
        Assert.True(isThere && !command.HasExited, command.Said);
    }

    private static byte[] Words(string process)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
