using EdgeInspector.Inspection.Predictions;
using Microsoft.ML.OnnxRuntime;

namespace EdgeInspector.Inference.Decoding;

/// <summary>
/// One output format. Turns the outputs of a run into predictions; boxes are shares of the network's input picture. One caller at a time.
/// </summary>
internal interface IOutputDecoder
{
    /// <summary>What kind of predictions the format gives.</summary>
    ModelKind Kind { get; }

    /// <summary>The outputs to ask the session for, in the order in which <see cref="Decode"/> wants them.</summary>
    IReadOnlyList<string> OutputNames { get; }

    /// <summary>
    /// True when the shape of the outputs depends on the input's size only, so that they can be written to memory reused from run to run.
    /// </summary>
    bool OutputsKeepTheirShape { get; }

    /// <summary>In words, how the outputs are read.</summary>
    string Description { get; }

    /// <summary>Adds the predictions for one picture of a run, in any order.</summary>
    /// <param name="outputs">
    /// The outputs of the run, in the order of <see cref="OutputNames"/>; their first dimension, or a sequence, counts the pictures.
    /// </param>
    /// <param name="picture">Which picture of the run.</param>
    /// <param name="predictions">The list to which the predictions are added.</param>
    /// <exception cref="PredictionException">
    /// The outputs are not what they should be: not finite, of the wrong size, of an unknown class.
    /// </exception>
    void Decode(IReadOnlyList<OrtValue> outputs, PictureOfRun picture, List<Prediction> predictions);
}
