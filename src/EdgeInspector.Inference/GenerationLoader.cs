using System.Security.Cryptography;
using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Preprocessing;
using EdgeInspector.Inference.Providers;
using EdgeInspector.Inference.Recognising;
using EdgeInspector.Inference.Sessions;
using EdgeInspector.Inference.Tiling;
using EdgeInspector.Inspection.Frames;
using EdgeInspector.Inspection.Predictions;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference;

/// <summary>
/// Loads a package into a generation: chooses the provider, recognises input and outputs, decides on the preprocessing, warms up.
/// </summary>
public static partial class GenerationLoader
{
    /// <summary>Loads, checks and warms a package.</summary>
    /// <param name="package">The package; not needed any more when the call returns.</param>
    /// <param name="inference">Where and how to run it.</param>
    /// <param name="preprocessing">What the user knows better than the package about pictures.</param>
    /// <param name="log">The log.</param>
    /// <param name="detector">How a raw grid is decoded; default: as YOLOv2 and the export's own script do.</param>
    /// <param name="tiling">Where on the frame the network looks; default: at the whole frame at once.</param>
    /// <param name="optimised">Where the CPU provider's optimised networks are kept; default: nowhere.</param>
    /// <param name="classifier">How the numbers of a classifier are read; default: as its last operator says.</param>
    /// <returns>The generation, owned by the caller, or the problems.</returns>
    public static LoadOutcome Load(
        ModelPackage package,
        InferenceOptions inference,
        PreprocessingOptions preprocessing,
        ILogger log,
        DetectorOptions? detector = null,
        TilingOptions? tiling = null,
        OptimisedNetworks? optimised = null,
        ClassifierOptions? classifier = null)
    {
        var view = new StationView(
            preprocessing, classifier ?? new ClassifierOptions(), detector ?? new DetectorOptions(), tiling ?? new TilingOptions());
        List<string> complaints = [.. inference.Providers.Select(ProviderName.Complaint).OfType<string>()];
        if (inference.Providers.Count == 0)
            complaints.Add("No execution provider is named; name at least one, such as cpu.");
        if (complaints.Count > 0)
            return LoadOutcome.Refused(complaints);

        List<string> notes = [];
        foreach (string provider in Order(inference))
        {
            try
            {
                LoadOutcome outcome = LoadOn(provider, package, inference, view, optimised, notes);
                if (outcome.Generation is { } generation)
                {
                    LogLoaded(log, package.Name, generation.Model.Provider, generation.Description);
                    foreach (string note in notes)
                        LogNote(log, note);
                }
                return outcome;
            }
            catch (ProviderUnavailableException fault)
            {
                string note = $"The execution provider {provider} cannot be had: {fault.Message}.";
                if (inference.Required)
                    return LoadOutcome.Refused(
                        note + " Inference:Required is true, so nothing else is used; mend it, or set Required to false.");
                notes.Add(note);
            }
        }
        throw new InvalidOperationException("The CPU provider cannot be missing.");
    }

    /// <summary>What a station knows better than the package about how the network sees its frames.</summary>
    private sealed record StationView(
        PreprocessingOptions Preprocessing, ClassifierOptions Classifier, DetectorOptions Detector, TilingOptions Tiling);

    /// <summary>The CPU comes last even if nobody named it; a provider named after it is never reached.</summary>
    private static IEnumerable<string> Order(InferenceOptions inference) => inference.Required
        ? [inference.Providers[0]]
        : inference.Providers.Append(ProviderName.Cpu);

    /// <exception cref="ProviderUnavailableException">The provider cannot be had or cannot run the model.</exception>
    private static LoadOutcome LoadOn(
        string provider,
        ModelPackage package,
        InferenceOptions inference,
        StationView view,
        OptimisedNetworks? optimised,
        List<string> notes)
    {
        using SessionOptions options = ProviderSetup.Create(provider, inference, out string ortName);
        if (ortName == ProviderName.OrtName(ProviderName.Cpu))
            return LoadOn(provider, ortName, options, package, inference, view, optimised, notes);
        // What other providers compile can't be written into an ONNX file.
        string profile = NodeAssignment.Begin(options);
        try
        {
            return LoadOn(provider, ortName, options, package, inference, view, null, notes);
        }
        finally
        {
            NodeAssignment.Discard(profile);
        }
    }

    private static LoadOutcome LoadOn(
        string provider,
        string ortName,
        SessionOptions options,
        ModelPackage package,
        InferenceOptions inference,
        StationView view,
        OptimisedNetworks? optimised,
        List<string> notes)
    {
        bool isCpu = ortName == ProviderName.OrtName(ProviderName.Cpu);
        SharedSession? session;
        try
        {
            _ = OrtRuntime.Environment;
            var key = new SessionKey(
                Convert.ToHexString(SHA256.HashData(package.Onnx)),
                ProviderName.Normal(provider),
                (options.IntraOpNumThreads, inference.DeviceId, inference.Spinning));
            session = SharedSession.Take(
                key,
                ProviderName.CanShareSession(provider),
                () => optimised?.Load(package, key.Network, options) ?? new InferenceSession(package.Onnx, options));
        }
        catch (OnnxRuntimeException fault) when (isCpu)
        {
            string converted = package.Conversion is { } changes ? $"; it is of an old format and was converted in memory: {changes}" : "";
            return LoadOutcome.Refused(
                $"{package.ModelFileName} in {package.Name} cannot be loaded; it is truncated, "
                + $"damaged or no ONNX file ONNX Runtime {OrtRuntime.Environment.GetVersionString()} understands "
                + $"({ProviderSetup.FirstLine(fault.Message)}{converted}). Copy or export the package again.");
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ProviderUnavailableException(ProviderSetup.FirstLine(fault.Message), fault);
        }

        OnnxGeneration? generation = null;
        try
        {
            generation = Assemble(session, provider, package, inference, view, notes, out List<string> problems);
            if (generation is null)
                return LoadOutcome.Refused(problems);
            if (generation.Batch > 1 && !RunsTogetherAsAlone(generation.Pass))
                notes.Add($"{package.ModelFileName} takes several pictures by its input but not inside, so they run one after the other.");
            if (WarmUp(generation, inference.WarmUpRuns) is { } problem)
            {
                // A card without memory or with a missing library often shows it only here: the next provider may run the model.
                return isCpu
                    ? LoadOutcome.Refused($"{package.ModelFileName} in {package.Name} was loaded but does not run: {problem}")
                    : throw new ProviderUnavailableException($"it does not run the model: {problem.TrimEnd('.')}");
            }
            if (!isCpu)
            {
                TogetherCheck.TryEachNumber(generation.Pass);
                // A session that another station runs already was looked at when it was loaded.
                notes.AddRange(session.Notes ??= RequireUse(session.Session, provider, ortName));
            }
            (OnnxGeneration loaded, generation, session) = (generation, null, null);
            return new LoadOutcome(loaded, [], notes);
        }
        finally
        {
            if (generation is not null)
                generation.Dispose();
            else
                session?.Dispose();
        }
    }

    private static OnnxGeneration? Assemble(
        SharedSession shared,
        string provider,
        ModelPackage package,
        InferenceOptions inference,
        StationView view,
        List<string> notes,
        out List<string> problems)
    {
        InferenceSession session = shared.Session;
        problems = [];
        TensorInput? input = null;
        if (session.InputMetadata.Count != 1)
        {
            problems.Add($"{package.ModelFileName} has {session.InputMetadata.Count} inputs "
                + $"({string.Join(", ", session.InputMetadata.Keys.Take(8))}); exactly one, the picture, is supported.");
        }
        else
        {
            (string name, NodeMetadata metadata) = session.InputMetadata.First();
            input = metadata.IsTensor
                ? TensorInput.Recognise(name, metadata.ElementDataType, metadata.Dimensions, out string inputProblem)
                : Refuse($"The model's input '{name}' is no tensor.", out inputProblem);
            if (input is null)
                problems.Add(inputProblem);
        }
        ChosenDecoder? chosen = DecoderChoice.For(
            package, session.OutputMetadata, input, view.Classifier, view.Detector, out string outputProblem);
        if (chosen is null)
            problems.Add(outputProblem);
        if (chosen is null || input is null)
            return null;

        IOutputDecoder decoder = chosen.Decoder;
        PreprocessingPlan plan = PreprocessingPlan.Decide(SourcesOf(session, package, view, input, chosen.Layout), decoder.Kind);
        problems.AddRange(plan.Problems);
        if (problems.Count == 0 && plan.Complaint(input) is { } complaint)
            problems.Add(complaint);
        if (problems.Count > 0)
            return null;
        if (FieldOfView.Create(view.Tiling, ViewOfTile.Of(plan, input.Width, input.Height), out string maskProblem) is not { } frameView)
        {
            problems.Add(maskProblem);
            return null;
        }
        notes.AddRange([.. package.Notes, .. chosen.Notes, .. UnusedMetadata.Of(package)]);
        if (plan.Guess is { } guess)
            notes.Add($"{guess} 'EdgeInspector models prove' finds out with labelled pictures what fits; Preprocessing of the station, "
                + "or of an edgeinspector.json in the package, decides.");
        if (Magnification.Warning(view.Tiling, plan, ViewOfTile.Of(plan, input.Width, input.Height), input) is { } magnified)
            notes.Add(magnified);
        var description = new ModelDescription(
            decoder.Kind,
            $"{input}, {(input.ChannelsFirst ? "NCHW" : "NHWC")}",
            [.. decoder.OutputNames.Select(name => DecoderChoice.Word(name, session.OutputMetadata[name]))],
            package.Labels,
            plan.Words(input),
            $"{decoder.Description}; recognised by {chosen.Why}; tags from {package.LabelsFrom}")
        {
            Conversion = package.Conversion,
        };
        string shown = ProviderName.IsLibrary(provider) ? Path.GetFileNameWithoutExtension(provider) : ProviderName.Normal(provider);
        var identity = new ModelIdentity(package.Name, package.Hash, package.Iteration, decoder.Kind, package.Labels, shown);
        int batch = input.TakesMany && frameView.Grid is not null ? inference.PicturesAtOnce(provider) : 1;
        var pass = new PicturePass(shared, input, plan, decoder, frameView.Area, batch);
        return new OnnxGeneration(pass, frameView.Grid, identity, description);
    }

    private static PreprocessingSources SourcesOf(
        InferenceSession session, ModelPackage package, StationView view, TensorInput input, OutputLayout layout) => new(
            view.Preprocessing,
            package.Settings?.Preprocessing ?? new PreprocessingOptions(),
            session.ModelMetadata.CustomMetadataMap,
            package.Metadata,
            Convention.For(package, input, layout));

    private static TensorInput? Refuse(string problem, out string inputProblem)
    {
        inputProblem = problem;
        return null;
    }

    /// <summary>Predicts on a grey picture. Returns why that failed, or null.</summary>
    private static string? WarmUp(OnnxGeneration generation, int runs)
    {
        using var pool = new FramePool(1);
        Frame frame = pool.Rent(1280, 960);
        try
        {
            frame.Writable.Fill(128);
            List<Prediction> predictions = [];
            for (int i = 0; i < Math.Max(1, runs); i++)
                generation.Predict(frame, predictions);
            return null;
        }
        catch (PredictionException fault)
        {
            return fault.Message;
        }
        finally
        {
            frame.Release();
        }
    }

    /// <summary>Whether two different pictures are seen alike together and alone.</summary>
    private static bool RunsTogetherAsAlone(PicturePass pass)
    {
        using var pool = new FramePool(2);
        Frame grey = pool.Rent(640, 480), mixed = pool.Rent(640, 480);
        try
        {
            grey.Writable.Fill(128);
            for (int i = 0; i < mixed.ByteCount; i++)
                mixed.Writable[i] = (byte)(i * 31 / 97);
            return TogetherCheck.RunsTogetherAsAlone(pass, grey, mixed);
        }
        finally
        {
            grey.Release();
            mixed.Release();
        }
    }

    /// <exception cref="ProviderUnavailableException">The provider ran none of the model's nodes.</exception>
    private static List<string> RequireUse(InferenceSession session, string provider, string ortName)
    {
        if (NodeAssignment.End(session, out string problem) is not { } nodes)
            return [$"Whether the execution provider {provider} really runs the model could not be checked: {problem}."];
        if (nodes.Count(ortName) == 0)
            throw new ProviderUnavailableException(
                $"it was accepted but runs nothing of this model ({nodes}); a library that it needs may be missing");
        return nodes.Count(ortName) < nodes.Total ? [$"The execution provider {provider} runs only a part of the model: {nodes}."] : [];
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Loaded {Package} on {Provider}: {Description}")]
    private static partial void LogLoaded(ILogger log, string package, string provider, ModelDescription description);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "{Note}")]
    private static partial void LogNote(ILogger log, string note);
}
