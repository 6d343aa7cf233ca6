using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests.Models;

/// <summary>The command line, with no agent running, and what an agent makes of it afterwards.</summary>
public sealed class StoreCommandTests : ModelLine
{
    [Fact]
    public void What_is_activated_while_no_agent_runs_is_what_it_begins_with_and_goes_on_with()
    {
        Mosquitto broker = StartBroker();
        using var camera = new HttpCamera();
        JsonObject settings = ModelSettings(broker.Port, camera);
        Write(settings);
        string b = ModelPackages.Copy(
            Path.Combine(Models, "part-classifier"), Path.Combine(Folder, "b"), "bbbbbbbb-0000-0000-0000-000000000000");
        string hash = HashOf(b);
        foreach (string[] command in new[] { new[] { "models", "import", b }, ["models", "activate", "b", "--why", "before the start"] })
        {
            (int code, string said) = Command(command);
            Assert.True(code == 0, said);
        }

        using var mailbox = new Mailbox(broker.Port, clean: true, "event", "state");
        StartAgent(settings);
        mailbox.WaitFor("state", where: state => Running(state) == hash);
        // By the time that something in the inbox is refused, the settings' own file has been looked at.
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Inbox, "s1")).FullName, "notes.txt"), "no model");
        JsonElement told = mailbox.WaitFor("event", where: e => e.GetProperty("kind").GetString() == "model");
        Assert.Equal("refused", told.GetProperty("change").GetString());
        Assert.Equal(hash, told.GetProperty("before").GetString());

        JsonElement state = mailbox.WaitFor("state", where: one => one.GetProperty("refused").ValueKind == JsonValueKind.Object);
        Assert.Equal("notes.txt", state.GetProperty("refused").GetProperty("name").GetString());
        string? reason = state.GetProperty("refused").GetProperty("reason").GetString();
        Assert.Equal(told.GetProperty("why").GetString(), reason);

        (int listed, string list) = Command("models", "list", "--history");
        Assert.Matches("s1: notes.txt was refused on [-0-9: ]+, by inbox: ", list);
        Assert.Contains("in quarantine, newest first", list, StringComparison.Ordinal);
        Assert.True(
            listed == 0 && list.Contains("s1: runs b", StringComparison.Ordinal)
            && list.Contains("before the start", StringComparison.Ordinal),
            list);
    }

    [Fact]
    public void To_activate_what_is_active_already_leaves_the_way_back_as_it_is()
    {
        Write(ModelSettings(1, Opened(new HttpCamera())));
        foreach (string name in new[] { "b", "c" })
            Done("models", "import", ModelPackages.Copy(
                Path.Combine(Models, "part-classifier"), Path.Combine(Folder, name), new Guid(name[0], 0, 0, new byte[8]).ToString()));
        Done("models", "activate", "b");
        Done("models", "activate", "c");
        Assert.Contains("anyway", Done("models", "activate", "c"), StringComparison.Ordinal);
        Assert.Contains("begins with b", Done("models", "rollback"), StringComparison.Ordinal);
        (int code, string said) = Command("models", "rollback");
        Assert.True(code == 1 && said.Contains("no earlier package", StringComparison.Ordinal), said);
    }

    [Fact]
    public void A_trial_ends_with_the_agent_that_was_killed()
    {
        using Process agent = Process.Start("sleep", "600")!;
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "EdgeInspector.dll"),
                "models",
                "trial",
                "--parent",
                agent.Id.ToString(CultureInfo.InvariantCulture),
            ])
        {
            // Left open: it waits for its request.
            RedirectStandardInput = true,
        };
        using Process trial = Process.Start(start)!;
        agent.Kill();
        Assert.True(trial.WaitForExit(Patience), "The trial did not end.");
        Assert.Equal(137, trial.ExitCode);
    }

    [Fact]
    public void A_package_is_proved_with_labelled_pictures_and_a_folder_that_is_no_tag_is_named()
    {
        string package = Path.Combine(AppContext.BaseDirectory, "Packages", "quick"), parts = Path.Combine(Folder, "parts");
        (int simulated, ChildProcess simulate) = Run(
            "simulate", "--out", parts, "--count", "2", "--share-ok", "0.5", "--size", "640x480", "--defects", "dent");
        Assert.True(simulated == 0, simulate.Said);
        (int refused, ChildProcess stranger) = Run("models", "prove", package, "--images", parts);
        Assert.True(
            refused == 2 && stranger.Said.Contains(
                "--images: The folder 'dent' is called as no tag of the package. Its tags are ok, defect", StringComparison.Ordinal),
            stranger.Said);

        Directory.Move(Path.Combine(parts, "dent"), Path.Combine(parts, "defect"));
        File.WriteAllText(Path.Combine(parts, "ok", "torn.png"), "no picture");
        (int proved, ChildProcess prove) = Run("models", "prove", package, "--images", parts, "--json");
        Assert.True(
            proved == 0
            && prove.Said.Contains("ok/torn.png can't be read and is left out: The file is not a JPEG", StringComparison.Ordinal),
            prove.Said);
        JsonElement json = JsonDocument.Parse(string.Join('\n', prove.Output)).RootElement;
        Assert.Equal(2, json.GetProperty("pictures").GetInt32());
        Assert.StartsWith("colours RGB", json.GetProperty("inForce").GetString(), StringComparison.Ordinal);
        Assert.False(json.GetProperty("anotherFitsBetter").GetBoolean());
        Assert.Contains(json.GetProperty("readings").EnumerateArray(), reading => reading.GetProperty("isInForce").GetBoolean());

        (int table, ChildProcess text) = Run("models", "prove", package, "--images", parts);
        Assert.True(
            table == 0 && text.Said.Contains("in force", StringComparison.Ordinal)
            && text.Said.Contains("2 pictures can't tell so many readings apart", StringComparison.Ordinal),
            text.Said);
    }

    private string Done(params string[] command)
    {
        (int code, string said) = Command(command);
        Assert.True(code == 0, said);
        return said;
    }
}
