using System.CommandLine;
using EdgeInspector.Bench;
using EdgeInspector.Cli.Arguments;
using EdgeInspector.Demo;
using EdgeInspector.Inference;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.ModelStore.Packages;

namespace EdgeInspector.Cli;

/// <summary>The arguments of <c>bench</c> as values.</summary>
/// <param name="Plan">What is driven.</param>
/// <param name="AsJson">True: the report as JSON.</param>
internal sealed record BenchRequest(BenchPlan Plan, bool AsJson);

/// <summary>The arguments of <c>bench</c>.</summary>
internal sealed class BenchArguments
{
    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "Model package: folder, zip or .onnx; default: the shipped classifier.",
        HelpName = "PATH",
    };

    private readonly Option<int> _stations = new Option<int>("--stations")
    {
        Description = "Stations at once.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    }.Between(1, 64);

    private readonly Option<double> _fps = new Option<double>("--fps")
    {
        Description = "Frames a second at each station; 0: each as soon as the one before is answered.",
        DefaultValueFactory = _ => 0,
        HelpName = "F",
    }.Between(0, 1000);

    private readonly Option<int> _seconds = new Option<int>("--seconds")
    {
        Description = "How long parts come; bare runs take about as long again.",
        DefaultValueFactory = _ => 20,
        HelpName = "S",
    }.Between(1, 86_400);

    private readonly Option<int> _width = new Option<int>("--width")
    {
        Description = "Width of the frames, pixels.",
        DefaultValueFactory = _ => 1920,
        HelpName = "PX",
    }.Between(16, 16_384);

    private readonly Option<int> _height = new Option<int>("--height")
    {
        Description = "Height of the frames, pixels.",
        DefaultValueFactory = _ => 1200,
        HelpName = "PX",
    }.Between(16, 16_384);

    private readonly Option<int> _threads = new Option<int>("--threads")
    {
        Description = "Threads that compute one prediction (Inference:Threads); 0: from the machine.",
        DefaultValueFactory = _ => 0,
        HelpName = "N",
    }.Between(0, 256);

    private readonly Option<int> _batch = new Option<int>("--batch")
    {
        Description = "Pictures that run at once at most (Inference:Batch); 0: what suits the provider.",
        DefaultValueFactory = _ => 0,
        HelpName = "N",
    }.Between(0, 64);

    private readonly Option<bool> _spinning = new("--spinning") { Description = "Idle threads spin (Inference:Spinning)." };

    private readonly Option<string> _provider = new("--provider")
    {
        Description = "Execution provider (Inference:Providers).",
        DefaultValueFactory = _ => "cpu",
        HelpName = "NAME",
    };

    private readonly Option<string?> _broker = new("--broker")
    {
        Description = "A broker without TLS and password to send through, host:port; default: one of its own on this machine.",
        HelpName = "ADDRESS",
    };

    private readonly Option<TilingOptions> _tiles = TileOption.Create();
    private readonly Option<bool> _json = new("--json") { Description = "Writes the report as JSON." };

    public BenchArguments(Command command)
    {
        Option[] all =
        [
            _model, _stations, _fps, _seconds, _width, _height, _threads, _batch, _spinning, _provider, _tiles, _broker, _json,
        ];
        foreach (Option option in all)
            command.Options.Add(option);
    }

    /// <exception cref="RefusedException">The model package can't be read.</exception>
    public BenchRequest Read(ParseResult parsed) => new(
        new BenchPlan
        {
            Package = Package(parsed.GetValue(_model) ?? Path.Combine(ShippedModels.Folder(null), "part-classifier")),
            Stations = parsed.GetValue(_stations),
            FramesPerSecond = parsed.GetValue(_fps),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            Width = parsed.GetValue(_width),
            Height = parsed.GetValue(_height),
            Inference = new InferenceOptions
            {
                Threads = parsed.GetValue(_threads),
                Batch = parsed.GetValue(_batch),
                Spinning = parsed.GetValue(_spinning),
                Providers = [parsed.GetValue(_provider)!],
                Required = true,
            },
            Tiling = parsed.GetValue(_tiles) ?? new TilingOptions(),
            Broker = parsed.GetValue(_broker),
        },
        parsed.GetValue(_json));

    private static ModelPackage Package(string path)
    {
        ReadOutcome reading = ModelPackageReader.Read(path);
        return reading.Package ?? throw new RefusedException(reading.Problems);
    }
}
