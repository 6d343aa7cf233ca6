using EdgeInspector.LineTests.Line;

namespace EdgeInspector.LineTests;

/// <summary>Nothing that runs a model reports to anybody.</summary>
public sealed class TelemetryTests : LineTest
{
    [Fact]
    public void Onnx_runtime_collects_nothing_in_the_home_folder()
    {
        string home = Path.Combine(Folder, "home");
        string parts = Path.Combine(Folder, "parts");
        Directory.CreateDirectory(home);
        Assert.Equal(0, Run("simulate", "--out", parts, "--count", "1").ExitCode);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["XDG_CACHE_HOME"] = Path.Combine(home, ".cache"),
            ["TMPDIR"] = home,
            ["DOTNET_CLI_HOME"] = Folder,
        };
        ChildProcess inspect = Start(["inspect", parts, "--model", Path.Combine(Models, "part-classifier")], environment);
        Assert.True(inspect.WaitForExit(Patience) == 0, inspect.Said);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(home, "*", SearchOption.AllDirectories),
            path => path.Contains("Microsoft", StringComparison.Ordinal) || path.EndsWith(".ses", StringComparison.Ordinal));
    }
}
