using System.Diagnostics;
using System.Text.Json;

namespace EdgeInspector.ModelStore.Tests.Sync;

/// <summary>
/// Microsoft's own npm client speaks with the fake Training API, so that the fake says nothing that the real one would not.
/// </summary>
public sealed class OfficialClientTests
{
    [Fact]
    public async Task Microsofts_client_accepts_everything_that_the_fake_says()
    {
        Assert.SkipWhen(
            InstalledPrograms.Find("npm") is null,
            "npm is not installed (Debian: nodejs, npm), so that Microsoft's client could not be run.");
        await using SyncBench bench = await SyncBench.StartAsync();
        FakeTrainingApi.Iteration iteration = bench.Api.Add(
            "iteration 1", bench.Zip("a"), new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero));
        (iteration.PublishName, iteration.LooksUntilDone) = ("line-1", 1);
        string folder = Path.Combine(bench.Root, "node");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Sync", "node")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        Run(folder, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        string said = Run(
            folder, "node", "check.mjs", bench.Api.Address, FakeTrainingApi.Key, bench.Api.Project.ToString(), iteration.Id.ToString());
        JsonElement seen = JsonDocument.Parse(said).RootElement;
        Assert.Equal("parts", seen.GetProperty("project").GetString());
        Assert.Equal("Multiclass", seen.GetProperty("classificationType").GetString());
        Assert.Equal("iteration 1|Completed|true|line-1|2026-11-23T06:00:00.000Z", seen.GetProperty("iteration").GetString());
        Assert.Equal("ONNX|Exporting", seen.GetProperty("started").GetString());
        Assert.Equal("BadRequestExportAlreadyInProgress", seen.GetProperty("again").GetString());
        Assert.Equal("ONNX|Done", seen.GetProperty("done").GetString());
        Assert.Equal(iteration.Zip.Length, seen.GetProperty("bytes").GetInt32());
        Assert.Equal("NotFoundIteration", seen.GetProperty("unknown").GetString());
        Assert.Equal(401, seen.GetProperty("wrongKey").GetInt32());
    }

    private static string Run(string folder, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), "It did not end.");
        Assert.True(process.ExitCode == 0, $"{program}: {said}\n{errors.Result}");
        return said;
    }
}
