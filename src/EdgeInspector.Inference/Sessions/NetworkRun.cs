using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>Runs a session on the pictures of a tensor, into memory that is kept where the format allows it. Owns the outputs. One caller at a time.</summary>
internal sealed class NetworkRun(InferenceSession session, string inputName, FrameTensor input, IOutputDecoder decoder) : IDisposable
{
    private readonly RunOptions _run = new();
    private readonly string[] _inputNames = [inputName];
    private readonly OrtValue[] _inputs = new OrtValue[1];

    // For n pictures at n - 1; null until a run of so many has shown the outputs' shapes.
    private readonly Bound?[] _bound = new Bound?[input.Most];

    /// <summary>Runs the network on the tensor's first pictures.</summary>
    /// <returns>The outputs; a collection that frees them when it is disposable, else valid until the next run.</returns>
    /// <exception cref="OnnxRuntimeException">It could not be run.</exception>
    public IReadOnlyList<OrtValue> Run(int pictures)
    {
        if (_bound[pictures - 1] is { } bound)
        {
            // Unlike Run, this allocates nothing.
            session.RunWithBinding(_run, bound.Binding);
            return bound.Outputs;
        }
        _inputs[0] = input.TensorOf(pictures);
        if (!decoder.OutputsKeepTheirShape)
            return session.Run(_run, _inputNames, _inputs, decoder.OutputNames);
        // The values of the first run are kept: they are the memory of the later ones.
        bound = new Bound(session.CreateIoBinding(), [.. session.Run(_run, _inputNames, _inputs, decoder.OutputNames)]);
        bound.Binding.BindInput(_inputNames[0], _inputs[0]);
        for (int i = 0; i < bound.Outputs.Length; i++)
            bound.Binding.BindOutput(decoder.OutputNames[i], bound.Outputs[i]);
        _bound[pictures - 1] = bound;
        return bound.Outputs;
    }

    /// <summary>Forgets the outputs and where the input lies, after its size has changed.</summary>
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
    private sealed record Bound(OrtIoBinding Binding, OrtValue[] Outputs) : IDisposable
    {
        public void Dispose()
        {
            Binding.Dispose();
            foreach (OrtValue output in Outputs)
                output.Dispose();
        }
    }
}
