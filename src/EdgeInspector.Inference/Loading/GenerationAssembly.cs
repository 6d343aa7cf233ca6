using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Providers;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Loading;

/// <summary>Makes a generation from a session: recognises input and outputs, decides on the preprocessing, and lays the tiles.</summary>
/// <param name="shared">The session; a share of it becomes the generation's own.</param>
/// <param name="provider">The provider that runs the session, as the settings name the provider.</param>
/// <param name="request">What is loaded.</param>
internal sealed class GenerationAssembly(SharedSession shared, string provider, LoadRequest request)
{
    private readonly ModelPackage _package = request.Package;
    private readonly StationView _view = request.View;
    private readonly InferenceSession _session = shared.Session;
    private readonly List<string> _problems = [];

    /// <summary>Why no generation was made.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Makes the generation, to be called once; null when there are problems.</summary>
    public OnnxGeneration? Make()
    {
        TensorInput? input = Input();
        ChosenDecoder? chosen = DecoderChoice.For(
            _package, _session.OutputMetadata, input, _view.Classifier, _view.Detector, out string outputProblem);
        if (chosen is null)
            _problems.Add(outputProblem);
        if (chosen is null || input is null || Plan(input, chosen) is not { } plan)
            return null;
        var seen = ViewOfTile.Of(plan, input.Width, input.Height);
        if (FieldOfView.Create(_view.Tiling, seen, out string maskProblem) is not { } frameView)
        {
            _problems.Add(maskProblem);
            return null;
        }
        Note(chosen, plan);
        if (Magnification.Warning(_view.Tiling, plan, seen, input) is { } magnified)
            request.Notes.Add(magnified);
        ModelIdentity identity = Identity(chosen.Decoder);
        ModelDescription description = Description(input, chosen, plan);
        int batch = input.TakesMany && frameView.Grid is not null ? request.Inference.PicturesAtOnce(provider) : 1;
        var pass = new PicturePass(shared, input, plan, chosen.Decoder, frameView.Area, batch);
        return new OnnxGeneration(pass, frameView.Grid, identity, description);
    }

    private TensorInput? Input()
    {
        if (_session.InputMetadata.Count != 1)
        {
            _problems.Add($"{_package.ModelFileName} has {_session.InputMetadata.Count} inputs "
                + $"({string.Join(", ", _session.InputMetadata.Keys.Take(8))}); exactly one, the picture, is supported.");
            return null;
        }
        (string name, NodeMetadata metadata) = _session.InputMetadata.First();
        if (!metadata.IsTensor)
        {
            _problems.Add($"The model's input '{name}' is no tensor.");
            return null;
        }
        TensorInput? input = TensorInput.Recognise(name, metadata.ElementDataType, metadata.Dimensions, out string problem);
        if (input is null)
            _problems.Add(problem);
        return input;
    }

    private PreprocessingPlan? Plan(TensorInput input, ChosenDecoder chosen)
    {
        var sources = new PreprocessingSources(
            _view.Preprocessing,
            _package.Settings?.Preprocessing ?? new PreprocessingOptions(),
            _session.ModelMetadata.CustomMetadataMap,
            _package.Metadata,
            Convention.For(_package, input, chosen.Layout));
        var plan = PreprocessingPlan.Decide(sources, chosen.Decoder.Kind);
        _problems.AddRange(plan.Problems);
        if (_problems.Count == 0 && plan.Complaint(input) is { } complaint)
            _problems.Add(complaint);
        return _problems.Count > 0 ? null : plan;
    }

    private void Note(ChosenDecoder chosen, PreprocessingPlan plan)
    {
        request.Notes.AddRange([.. _package.Notes, .. chosen.Notes, .. UnusedMetadata.Of(_package)]);
        if (plan.Guess is { } guess)
            request.Notes.Add($"{guess} 'EdgeInspector models prove' finds out with labelled pictures what fits; Preprocessing of the "
                + "station, or of an edgeinspector.json in the package, decides.");
    }

    private ModelDescription Description(TensorInput input, ChosenDecoder chosen, PreprocessingPlan plan) => new(
        chosen.Decoder.Kind,
        $"{input}, {(input.ChannelsFirst ? "NCHW" : "NHWC")}",
        [.. chosen.Decoder.OutputNames.Select(name => DecoderChoice.Word(name, _session.OutputMetadata[name]))],
        _package.Labels,
        plan.Words(input),
        $"{chosen.Decoder.Description}; recognised by {chosen.Why}; tags from {_package.LabelsFrom}")
    {
        Conversion = _package.Conversion,
    };

    private ModelIdentity Identity(IOutputDecoder decoder)
    {
        string shown = ProviderName.IsLibrary(provider) ? Path.GetFileNameWithoutExtension(provider) : ProviderName.Normal(provider);
        return new ModelIdentity(_package.Name, _package.Hash, _package.Iteration, decoder.Kind, _package.Labels, shown);
    }
}
