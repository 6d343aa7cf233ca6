using System.Diagnostics;
using EdgeInspector.Demo;
using EdgeInspector.Tests.Support;

namespace EdgeInspector.Tests.Hosting;

/// <summary>
/// How the agent's process ends when something went wrong that cannot be mended from inside. No broker is needed for that.
/// </summary>
public sealed class ProcessEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="camera">The camera, as in the settings.</param>
    /// <param name="model">The model; null: a shipped one.</param>
    /// <param name="hungAfter">What does not come back for so long hangs.</param>
    private static string Settings(string camera, string? model = null, string hungAfter = "500ms") =>
        $$"""
        {
          "Mqtt": { "Host": "127.0.0.1", "Port": 1 },
          "Stations": {
            "s1": {
              "Camera": { {{camera}} },
              "Model": "{{model ?? Path.Combine(ShippedModels.Folder(null), "part-classifier")}}",
              "HungAfter": "{{hungAfter}}"
            }
          }
        }
        """;

    private string HangingVideo()
    {
        // Opening a pipe into which nobody writes does not return, in native code.
        string pipe = _folder["video.avi"];
        using Process make = Process.Start("mkfifo", [pipe]);
        make.WaitForExit();
        return $$"""
            "Video": { "File": "{{pipe}}" }, "StallTimeout": "100ms", "Reopen": { "First": "100ms", "Max": "100ms" }
            """;
    }

    [Fact]
    public void An_exception_that_nobody_expected_ends_the_process_with_a_code_of_its_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Starts the agent as Linux does.");
        string now = _folder["now"];
        using ChildProcess agent = ChildAgent.Start(
            _folder,
            Settings("\"Simulated\": { \"Pace\": \"50ms\" }"),
            ("DOTNET_STARTUP_HOOKS", typeof(ProcessEndTests).Assembly.Location),
            (StartupHook.FileVariable, now));
        agent.WaitFor("sim-");
        File.WriteAllText(now, "");
        Assert.Equal(ExitCode.Failed, agent.WaitForExit(Eventually.Patience));
        Assert.Contains("nobody expected this", agent.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_never_returns_has_its_run_ended_its_parts_get_none_and_the_agent_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Starts the agent as Linux does.");
        // Time enough for parts to come while the station is lost, on a busy machine too.
        using ChildProcess agent = ChildAgent.Start(
            _folder, Settings("\"Simulated\": { \"Pace\": \"50ms\" }", HangingModel.WriteTo(_folder["hangs"]), hungAfter: "2s"));
        agent.WaitFor("is lost");
        agent.WaitFor("was given up: the model has not returned");
        agent.WaitFor("has no earlier package to go back to");
        agent.WaitFor("is back");
        agent.Terminate();
        Assert.Equal(ExitCode.Done, agent.WaitForExit(Eventually.Patience));
        // Its parts had their none meanwhile.
        Assert.Contains("(Deadline:", agent.Said, StringComparison.Ordinal);
        Assert.True(agent.Said.Contains("(Model:", StringComparison.Ordinal), agent.Said);
    }

    [Fact]
    public void A_camera_whose_driver_never_returns_ends_the_process_with_the_code_for_what_hangs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a named pipe.");
        using ChildProcess agent = ChildAgent.Start(_folder, Settings(HangingVideo()));
        Assert.Equal(ExitCode.Hung, agent.WaitForExit(Eventually.Patience));
        Assert.Contains("driver does not return", agent.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_takes_less_than_ten_seconds_even_while_the_camera_and_the_model_hang()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a named pipe and SIGTERM.");
        string settings = Settings("\"Simulated\": { \"Pace\": \"50ms\" }", HangingModel.WriteTo(_folder["hangs"]))
            .Replace("\"Stations\": {", $$"""
                "Stations": {
                  "s2": {
                    "Camera": { {{HangingVideo()}} },
                    "Model": "{{Path.Combine(ShippedModels.Folder(null), "part-classifier")}}",
                    "HungAfter": "60s"
                  },
                """, StringComparison.Ordinal)
            .Replace("500ms", "60s", StringComparison.Ordinal);
        using ChildProcess agent = ChildAgent.Start(_folder, settings);
        agent.WaitFor("(Deadline:");
        agent.WaitFor("does not return");
        long began = Stopwatch.GetTimestamp();
        agent.Terminate();
        agent.WaitForExit(Eventually.Patience);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }
}
