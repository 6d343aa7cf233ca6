using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// Runs a session on the pictures of a tensor, on several where they are tiles of one frame. Reuses the memory of the outputs where the
/// format allows that. Owns the outputs. One caller at a time.
/// </summary>
internal sealed class NetworkRun(InferenceSession session, string inputName, FrameTensor input, IOutputDecoder decoder) : IDisposable
{
    private readonly RunOptions _run = new();
    private volatile bool _isInterrupted;
    private readonly string[] _inputNames = [inputName];
    private readonly OrtValue[] _inputs = new OrtValue[1];

    // The memory for n pictures is at n - 1; null until a run of n pictures has shown the outputs' shapes.
    private readonly Bound?[] _bound = new Bound?[input.Most];

    /// <summary>How long the last run took.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Runs the network on the tensor's first pictures.</summary>
    /// <returns>The outputs; a collection that frees them when it is disposable, else valid until the next run.</returns>
    /// <exception cref="OnnxRuntimeException">The network could not be run.</exception>
    public IReadOnlyList<OrtValue> Run(int pictures)
    {
        long begun = TimeProvider.System.GetTimestamp();
        IReadOnlyList<OrtValue> outputs = RunOn(pictures);
        Took = TimeProvider.System.GetElapsedTime(begun);
        return outputs;
    }

    /// <summary>
    /// Has ONNX Runtime give up the present run before its next node; a node that never ends is not interrupted. Called on another thread.
    /// </summary>
    public void Interrupt()
    {
        _isInterrupted = true;
        _run.Terminate = true;
    }

    private IReadOnlyList<OrtValue> RunOn(int pictures)
    {
        if (_isInterrupted)
        {
            // The interrupted run has ended.
            _isInterrupted = false;
            _run.Terminate = false;
        }
        if (_bound[pictures - 1] is { } bound)
        {
            // Unlike Run, this allocates nothing.
            session.RunWithBinding(_run, bound.Binding);
            return bound.Outputs;
        }
        _inputs[0] = input.TensorOf(pictures);
        if (!decoder.OutputsKeepTheirShape)
            return session.Run(_run, _inputNames, _inputs, decoder.OutputNames);
        // The output values of the first run are kept: later runs write to their memory.
        bound = new Bound(session.CreateIoBinding(), [.. session.Run(_run, _inputNames, _inputs, decoder.OutputNames)]);
        bound.Binding.BindInput(_inputNames[0], _inputs[0]);
        for (int i = 0; i < bound.Outputs.Length; i++)
            bound.Binding.BindOutput(decoder.OutputNames[i], bound.Outputs[i]);
        _bound[pictures - 1] = bound;
        return bound.Outputs;
    }

    /// <summary>Forgets the outputs and the place of the input, after the input's size has changed.</summary>
    public void Forget()
    {
        for (int i = 0; i < _bound.Length; i++)
        {
            _bound[i]?.Dispose();
            _bound[i] = null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Forget();
        _run.Dispose();
    }

    /// <summary>Memory that a run reads from and writes to.</summary>
    private sealed class Bound(OrtIoBinding binding, OrtValue[] outputs) : IDisposable
    {
        public OrtIoBinding Binding => binding;

        public OrtValue[] Outputs => outputs;

        public void Dispose()
        {
            binding.Dispose();
            foreach (OrtValue output in outputs)
                output.Dispose();
        }
    }
}
