using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeInspector.Inference.Decoding;
using EdgeInspector.Inference.Preprocessing;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Sessions;

/// <summary>
/// Runs a session on the pictures of a tensor, into memory that is kept where the format allows it. The pictures may be tiles of one frame, or the first one
/// the station's own and the others those of stations that wait. Owns the outputs. One caller at a time.
/// </summary>
internal sealed unsafe class NetworkRun(InferenceSession session, string inputName, FrameTensor input, IOutputDecoder decoder) : IRunMember, IDisposable
{
    private readonly RunOptions _run = new();
    private volatile bool _isInterrupted;
    private readonly string[] _inputNames = [inputName];
    private readonly OrtValue[] _inputs = new OrtValue[1];

    // For n pictures at n - 1; null until a run of so many has shown the outputs' shapes.
    private readonly Bound?[] _bound = new Bound?[input.Most];

    /// <inheritdoc />
    public int Most => input.Most;

    /// <summary>How long the last run took.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>The outputs of the last picture that ran alone, or that another station's run took along.</summary>
    public IReadOnlyList<OrtValue> OfOne => _bound[0]!.Outputs;

    /// <summary>Runs the network on the tensor's first pictures.</summary>
    /// <returns>The outputs; a collection that frees them when it is disposable, else valid until the next run.</returns>
    /// <exception cref="OnnxRuntimeException">It could not be run.</exception>
    public IReadOnlyList<OrtValue> Run(int pictures)
    {
        long begun = TimeProvider.System.GetTimestamp();
        IReadOnlyList<OrtValue> outputs = RunOn(pictures);
        Took = TimeProvider.System.GetElapsedTime(begun);
        return outputs;
    }

    /// <summary>
    /// Has ONNX Runtime give up the run that is under way before its next node; a node that never ends, it does not interrupt. Called on
    /// another thread.
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
            // The run that was meant has ended.
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
        // The values of the first run are kept: they are the memory of the later ones.
        bound = new Bound(session.CreateIoBinding(), [.. session.Run(_run, _inputNames, _inputs, decoder.OutputNames)]);
        bound.Binding.BindInput(_inputNames[0], _inputs[0]);
        for (int i = 0; i < bound.Outputs.Length; i++)
            bound.Binding.BindOutput(decoder.OutputNames[i], bound.Outputs[i]);
        _bound[pictures - 1] = bound;
        return bound.Outputs;
    }

    /// <inheritdoc />
    public bool TakeIn(IRunMember other, int index)
    {
        // What has not run alone yet has no memory for outputs.
        if (other is not NetworkRun { IsReady: true } guest || !IsReady || guest.Session != Session || guest.Shape != Shape)
            return false;
        guest.Picture(0).CopyTo(Picture(index));
        return true;
    }

    /// <inheritdoc />
    public void HandBack(IRunMember other, int index, int count)
    {
        var guest = (NetworkRun)other;
        guest.Took = Took;
        Bound from = _bound[count - 1]!, to = guest._bound[0]!;
        for (int i = 0; i < to.Outputs.Length; i++)
            from.Part(i, index, count).CopyTo(to.Part(i, 0, 1));
    }

    /// <summary>Takes its own part of a run with guests, as if it had run alone.</summary>
    public void HandToItself(int count) => HandBack(this, 0, count);

    private InferenceSession Session => session;

    private bool IsReady => _bound[0] is not null;

    private (int Width, int Height) Shape => (input.Geometry.InputWidth, input.Geometry.InputHeight);

    private Span<byte> Picture(int index) => input.Picture(index);

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
    private sealed class Bound : IDisposable
    {
        // Asking ONNX Runtime each time would allocate.
        private readonly (nint At, int Length)[] _memory;

        public Bound(OrtIoBinding binding, OrtValue[] outputs)
        {
            (Binding, Outputs) = (binding, outputs);
            _memory = new (nint, int)[outputs.Length];
            for (int i = 0; i < outputs.Length; i++)
            {
                Span<byte> bytes = outputs[i].GetTensorMutableRawData();
                _memory[i] = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), bytes.Length);
            }
        }

        public OrtIoBinding Binding { get; }

        public OrtValue[] Outputs { get; }

        /// <summary>What an output holds for one of several pictures.</summary>
        public Span<byte> Part(int output, int picture, int count)
        {
            (nint at, int length) = _memory[output];
            return new Span<byte>((byte*)at, length).Slice(picture * (length / count), length / count);
        }

        public void Dispose()
        {
            Binding.Dispose();
            foreach (OrtValue output in Outputs)
                output.Dispose();
        }
    }
}
