using System.Security.Cryptography;
using EdgeInspector.Inference.Optimised;
using EdgeInspector.Inference.Providers;
using EdgeInspector.Inference.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Loading;

/// <summary>
/// The attempt to load a package on one provider: takes the session, assembles the generation, and tries whether it runs.
/// </summary>
internal sealed class ProviderAttempt
{
    private readonly string _provider;
    private readonly string _ortName;
    private readonly SessionOptions _options;
    private readonly LoadRequest _request;
    private readonly bool _isCpu;

    private ProviderAttempt(string provider, string ortName, SessionOptions options, LoadRequest request)
    {
        (_provider, _ortName, _options, _request) = (provider, ortName, options, request);
        _isCpu = ortName == ProviderName.OrtName(ProviderName.Cpu);
    }

    /// <summary>Loads the package on a provider.</summary>
    /// <param name="provider">As the settings name it.</param>
    /// <param name="request">What is to be loaded.</param>
    /// <exception cref="ProviderUnavailableException">The provider cannot be had or cannot run the model.</exception>
    public static LoadOutcome Run(string provider, LoadRequest request)
    {
        using SessionOptions options = ProviderSetup.Create(provider, request.Inference, out string ortName);
        var attempt = new ProviderAttempt(provider, ortName, options, request);
        if (attempt._isCpu)
            return attempt.Load();
        string profile = NodeAssignment.Begin(options);
        try
        {
            return attempt.Load();
        }
        finally
        {
            NodeAssignment.Discard(profile);
        }
    }

    private LoadOutcome Load()
    {
        SharedSession? session = TakeSession(out string problem);
        if (session is null)
            return LoadOutcome.Refused(problem);
        OnnxGeneration? generation = null;
        try
        {
            var assembly = new GenerationAssembly(session, _provider, _request);
            generation = assembly.Make();
            if (generation is null)
                return LoadOutcome.Refused(assembly.Problems);
            if (Try(generation, session) is { } fault)
                return LoadOutcome.Refused(fault);
            (OnnxGeneration loaded, generation, session) = (generation, null, null);
            return new LoadOutcome(loaded, [], _request.Notes);
        }
        finally
        {
            if (generation is not null)
                generation.Dispose();
            else
                session?.Dispose();
        }
    }

    /// <summary>The session; null with the problem when the CPU provider can't load the network: then no other provider can.</summary>
    private SharedSession? TakeSession(out string problem)
    {
        ModelPackage package = _request.Package;
        problem = "";
        try
        {
            _ = OrtRuntime.Environment;
            var key = new SessionKey(
                Convert.ToHexString(SHA256.HashData(package.Onnx)),
                ProviderName.Normal(_provider),
                (_options.IntraOpNumThreads, _request.Inference.DeviceId, _request.Inference.Spinning));
            return SharedSession.Take(key, ProviderName.CanShareSession(_provider), () => Open(package, key.Network));
        }
        catch (OnnxRuntimeException fault) when (_isCpu)
        {
            string converted = package.Conversion is { } changes ? $"; it is of an old format and was converted in memory: {changes}" : "";
            problem = $"{package.ModelFileName} in {package.Name} cannot be loaded; it is truncated, "
                + $"damaged or no ONNX file ONNX Runtime {OrtRuntime.Environment.GetVersionString()} understands "
                + $"({ProviderSetup.FirstLine(fault.Message)}{converted}). Copy or export the package again.";
            return null;
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ProviderUnavailableException(ProviderSetup.FirstLine(fault.Message), fault);
        }
    }

    private InferenceSession Open(ModelPackage package, string network)
    {
        // Other providers compile networks into forms that an ONNX file can't hold.
        OptimisedNetworks? optimised = _isCpu ? _request.Optimised : null;
        return optimised?.Load(package, network, _options) ?? new InferenceSession(package.Onnx, _options);
    }

    /// <summary>Runs the generation for the first time; returns why it does not run, or null.</summary>
    private string? Try(OnnxGeneration generation, SharedSession session)
    {
        ModelPackage package = _request.Package;
        if (generation.Batch > 1 && !FirstRuns.AreAlikeTogether(generation.Pass))
            _request.Notes.Add(
                $"{package.ModelFileName} takes several pictures by its input but not inside, so they run one after the other.");
        if (FirstRuns.WarmUp(generation, _request.Inference.WarmUpRuns) is { } problem)
        {
            // Only this run may show that a card has too little memory or lacks a library: the next provider may run the model.
            return _isCpu
                ? $"{package.ModelFileName} in {package.Name} was loaded but does not run: {problem}"
                : throw new ProviderUnavailableException($"it does not run the model: {problem.TrimEnd('.')}");
        }
        if (!_isCpu)
        {
            TogetherCheck.TryEachNumber(generation.Pass);
            // A session that another station runs already was checked when it was loaded.
            _request.Notes.AddRange(session.Notes ??= RequireUse(session.Session));
        }
        return null;
    }

    /// <exception cref="ProviderUnavailableException">The provider ran none of the model's nodes.</exception>
    private List<string> RequireUse(InferenceSession session)
    {
        if (NodeAssignment.End(session, out string problem) is not { } nodes)
            return [$"Whether the execution provider {_provider} really runs the model could not be checked: {problem}."];
        if (nodes.Count(_ortName) == 0)
            throw new ProviderUnavailableException(
                $"it was accepted but runs nothing of this model ({nodes}); a library that it needs may be missing");
        return nodes.Count(_ortName) < nodes.Total ? [$"The execution provider {_provider} runs only a part of the model: {nodes}."] : [];
    }
}
