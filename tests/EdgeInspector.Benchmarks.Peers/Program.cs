using System.Diagnostics;
using System.Globalization;
using EdgeInspector.Bench;
using EdgeInspector.Benchmarks.Peers;
using EdgeInspector.Inspection.Frames;

// EdgeInspector's prediction, the bare run, and what else one might write: the same models, frames and threads, the outputs compared.
// "dotnet run -c Release --project tests/EdgeInspector.Benchmarks.Peers -- [rounds]"
const int Width = 1920, Height = 1200, Frames = 16;
int rounds = args is [{ } given, ..] && int.TryParse(given, CultureInfo.InvariantCulture, out int number) ? number : 15;
int threads = Environment.ProcessorCount;
string folder = Directory.CreateTempSubdirectory("edgeinspector-peers-").FullName;
try
{
    using var pictures = new BenchFrames(Width, Height, seed: 60_000);
    Frame[] frames = [.. Enumerable.Range(0, Frames).Select(i => pictures.Take(i))];
    string raw = Path.Combine(folder, "frames.raw");
    await using (FileStream file = File.Create(raw))
    {
        foreach (Frame frame in frames)
            file.Write(frame.Pixels);
    }
    string node = Path.Combine(AppContext.BaseDirectory, "node");
    bool hasNode = await InstallAsync(node);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {threads} threads, {DateTime.UtcNow:yyyy-MM-dd}"));
    foreach ((string package, int side) in new[] { ("Packages/mobilenet-v2", 224), ("models/part-classifier", 480) })
    {
        string path = Path.Combine(AppContext.BaseDirectory, package), model = Path.Combine(path, "model.onnx");
        var own = new OwnWay(path, threads);
        List<IContender> contenders =
            [new BareRun(own), own, new UsualSample(model, side, threads), new MlNetPipeline(model, side, threads, frames[0])];
        if (hasNode)
            contenders.Add(new NodePeer(node, model, raw, (Width, Height, Frames), side, threads));
        Race.Run(Path.GetFileName(package), contenders, frames, rounds);
        contenders.ForEach(contender => contender.Dispose());
    }
    foreach (Frame frame in frames)
        frame.Release();
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task<bool> InstallAsync(string folder)
{
    try
    {
        using Process npm = Process.Start(
            new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--silent"]) { WorkingDirectory = folder })!;
        await npm.WaitForExitAsync();
        if (npm.ExitCode == 0)
            return true;
    }
    catch (System.ComponentModel.Win32Exception missing)
    {
        Console.WriteLine(missing.Message);
    }
    Console.WriteLine("The packages for Node could not be installed; it is left out.");
    return false;
}
