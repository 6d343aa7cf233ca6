using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeInspector.Inspection.Frames;

namespace EdgeInspector.Benchmarks.Peers;

/// <summary>
/// onnxruntime-node with sharp, in a process of its own that measures itself, so that the way there and back is not counted.
/// </summary>
internal sealed class NodePeer : IContender
{
    private readonly Process _process;

    /// <param name="folder">Where <c>peer.js</c> lies, with its packages installed.</param>
    /// <param name="model">The network's file.</param>
    /// <param name="frames">A file with the frames, one after the other.</param>
    /// <param name="shape">Width, height and number of the frames.</param>
    /// <param name="side">Side of the network's input, pixels.</param>
    /// <param name="threads">Threads of a run.</param>
    public NodePeer(string folder, string model, string frames, (int Width, int Height, int Count) shape, int side, int threads)
    {
        string[] numbers = [.. new[] { shape.Width, shape.Height, shape.Count, side, threads }.Select(
            number => number.ToString(CultureInfo.InvariantCulture))];
        _process = Process.Start(new ProcessStartInfo("node", ["peer.js", model, frames, .. numbers])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public string Name => "onnxruntime-node with sharp";

    public (double Milliseconds, float[] Outputs) Classify(Frame frame, int number)
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("node ended; its message is above.");
        using JsonDocument answer = JsonDocument.Parse(line);
        return (
            answer.RootElement.GetProperty("ms").GetDouble(),
            [.. answer.RootElement.GetProperty("outputs").EnumerateArray().Select(value => value.GetSingle())]);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }
}
