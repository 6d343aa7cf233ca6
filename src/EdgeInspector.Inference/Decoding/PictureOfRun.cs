using EdgeInspector.Inspection.Predictions;

namespace EdgeInspector.Inference.Decoding;

/// <summary>One of the pictures on which a network was run at once.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">How many pictures the run had.</param>
/// <param name="Width">Width of the network's input, pixels.</param>
/// <param name="Height">Height of the network's input, pixels.</param>
internal readonly record struct PictureOfRun(int Index, int Count, int Width, int Height)
{
    /// <summary>The part that belongs to the picture, of an output that holds the pictures one after the other.</summary>
    /// <exception cref="PredictionException">The output can't be divided among the pictures.</exception>
    public ReadOnlySpan<float> Of(ReadOnlySpan<float> values, string output)
    {
        if (values.Length % Count != 0)
            throw new PredictionException(
                $"The model's output '{output}' has {values.Length} numbers, which are not the same number for each of {Count} pictures.");
        int each = values.Length / Count;
        return values.Slice(Index * each, each);
    }
}
